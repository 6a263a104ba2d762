import type { Accounts } from '../accounts.js'
import { fail } from '../core/errors.js'
import { type ParamTree, scalar } from '../core/params.js'
import type { Authentication } from './authentication.js'
import { decoder } from './decode.js'
import { envelope } from './envelope.js'
import { hmacClaim } from './hmac-claim.js'
import type { Protocol, WireRequest } from './protocol.js'
import { tc3Claim } from './tc3-claim.js'

/** Whether HmacSHA1 or HmacSHA256 signs it: then its parameters are all that counts, since no header is signed. */
const isV1 = ({ headers }: WireRequest, params: ParamTree) =>
  params.has('Signature') && !headers.get('authorization')?.startsWith('TC3-')

/** In bytes (spec/v3-differences.md, "Transport"), and in the words of the service ("Live messages"). */
const mostSignedV1 = 1024 * 1024
const tooLongForV1 = fail('InvalidParameter.SignatureFailure', {
  wording:
    'The provided credentials could not be validated because of exceeding request size limit, please use new signature method',
})

/**
 * API 3.0 at `/` (spec/v3-differences.md, "Transport"): JSON, multipart or a query signed by TC3-HMAC-SHA256, with the
 * common parameters in headers; or query and form signed by HmacSHA1 or HmacSHA256, with them among the parameters.
 */
export const v3Protocol = (accounts: Accounts, authentication: Authentication): Protocol => ({
  generation: 'v3',
  internalError: 'InternalError',

  decode: decoder(
    {
      generation: 'v3',
      common: ({ request, params }, name) =>
        (isV1(request, params) ? undefined : request.headers.get(`x-tc-${name.toLowerCase()}`)) || scalar(params, name),
      claim(read) {
        const { request, entries, params, lookedIn } = read
        if (isV1(request, params)) {
          const { method, path, headers } = request
          const claim = hmacClaim({ method, host: headers.get('host') ?? '', path, entries }, params, lookedIn)
          return request.body.length > mostSignedV1 ? { ...claim, refuse: () => tooLongForV1 } : claim
        }
        return tc3Claim(read)
      },
      besides: ({ headers }) => [...headers].filter(([name]) => name.startsWith('x-tc-') || name === 'authorization'),
    },
    accounts,
    authentication,
  ),

  requestId: (uuid) => uuid,
  encode: (result, requestId) => JSON.stringify(envelope(result, requestId)),
})
