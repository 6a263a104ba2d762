import { scalar } from '../core/params.ts'
import { hmacClaim } from './auth/hmac-claim.ts'
import type { ProtocolRules } from './decode.ts'
import { accountEnvelope, accountMessage, envelope } from './envelopes.ts'

/** API 2017-03-12 at `/v2/index.php`: HmacSHA1 or HmacSHA256 signs a query, a form or multipart. */
export const rulesOf2017: ProtocolRules = {
  apiVersion: '2017-03-12',
  internalError: 'InternalServerError',
  common: ({ params }, name) => scalar(params, name),
  commonSource: ({ paramSource }) => paramSource,
  regionName: () => 'Region',
  claim: hmacClaim,
  extraEntries: () => [],
  requestId: (uuid) => uuid.toUpperCase(),
  encode: (result, requestId, action) =>
    JSON.stringify(
      action?.api === 'account' ? accountEnvelope(result) : envelope(result, requestId, action?.requestIdFirst),
    ),
  messageOf: (error, action) => (action?.api === 'account' ? accountMessage(error) : error.message),
}
