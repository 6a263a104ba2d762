import { scalar } from '../core/params.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Authentication } from './auth/authenticate.ts'
import { hmacClaim } from './auth/hmac-claim.ts'
import { createDecoder, unreadableCall } from './decode.ts'
import { accountEnvelope, envelope } from './envelopes.ts'
import type { Protocol } from './protocol.ts'

/** API 2017-03-12 at `/v2/index.php`: HmacSHA1 or HmacSHA256 signs a query, a form or multipart. */
export const createProtocol2017 = (accounts: Accounts, authentication: Authentication): Protocol => ({
  internalError: 'InternalServerError',

  decode: createDecoder(
    {
      apiVersion: '2017-03-12',
      common: ({ params }, name) => scalar(params, name),
      commonSource: ({ paramSource }) => paramSource,
      claim: hmacClaim,
      extraEntries: () => [],
    },
    accounts,
    authentication,
  ),

  unreadable: (refusal) => unreadableCall('2017-03-12', refusal),

  requestId: (uuid) => uuid.toUpperCase(),

  encode(result, requestId, action) {
    const answer =
      action?.api === 'account' ? accountEnvelope(result) : envelope(result, requestId, action?.requestIdFirst)
    return JSON.stringify(answer)
  },
})
