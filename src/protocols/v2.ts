import type { Accounts } from '../accounts.js'
import { scalar } from '../core/params.js'
import { accountEnvelope } from './account-envelope.js'
import type { Authentication } from './authentication.js'
import { decoder } from './decode.js'
import { envelope } from './envelope.js'
import { hmacClaim } from './hmac-claim.js'
import type { Protocol } from './protocol.js'

/** `/v2/index.php` with `Version=2017-03-12`: parameters in query, form or multipart, `{"Response": …}` back. */
export const v2Protocol = (accounts: Accounts, authentication: Authentication): Protocol => ({
  generation: 'v2',
  internalError: 'InternalServerError',

  decode: decoder(
    {
      generation: 'v2',
      common: ({ params }, name) => scalar(params, name),
      commonIn: ({ lookedIn }) => lookedIn,
      claim: hmacClaim,
      besides: () => [],
    },
    accounts,
    authentication,
  ),

  requestId: (uuid) => uuid.toUpperCase(),

  encode(result, requestId, action) {
    const answer =
      action?.api === 'account' ? accountEnvelope(result) : envelope(result, requestId, action?.requestIdFirst)
    return JSON.stringify(answer)
  },
})
