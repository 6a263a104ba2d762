import { fail } from '../core/errors.ts'
import { scalar } from '../core/params.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Authentication } from './auth/authenticate.ts'
import { hmacClaim } from './auth/hmac-claim.ts'
import { tc3Claim } from './auth/tc3-claim.ts'
import { createDecoder, unreadableCall } from './decode.ts'
import { envelope } from './envelopes.ts'
import type { ReadRequest } from './parse/request.ts'
import type { Protocol } from './protocol.ts'

/**
 * In bytes. The real service refuses larger bodies with this sentence
 * (docs/behaviour.md#large-bodies-under-an-hmac-signature).
 */
const maxHmacBodyBytes = 1024 * 1024
const hmacBodyTooLong = fail('InvalidParameter.SignatureFailure', {
  wording:
    'The provided credentials could not be validated because of exceeding request size limit, please use new signature method',
})

/**
 * Whether HMAC is meant, also when the Signature itself is missing: then the answer names the Signature and no header
 * (docs/behaviour.md#unsigned-calls-of-30).
 */
const meansHmac = ({ signedByHmac, request: { headers }, params }: ReadRequest) =>
  signedByHmac || (!headers.has('authorization') && (params.has('SignatureMethod') || params.has('Nonce')))

/**
 * API 3.0 at `/`: JSON, multipart or a query signed by TC3-HMAC-SHA256, with the common parameters in headers; or a
 * query or form signed by HmacSHA1 or HmacSHA256, with the common parameters among the others
 * (docs/behaviour.md#parameters-of-30).
 */
export const createProtocol30 = (accounts: Accounts, authentication: Authentication): Protocol => ({
  internalError: 'InternalError',

  decode: createDecoder(
    {
      apiVersion: '3.0',
      common: ({ request, params, signedByHmac }, name) =>
        (signedByHmac ? undefined : request.headers.get(`x-tc-${name.toLowerCase()}`)) || scalar(params, name),
      commonSource: ({ signedByHmac, paramSource }) =>
        signedByHmac ? paramSource : `the headers X-TC-* and ${paramSource}`,
      claim(read) {
        if (!meansHmac(read)) return tc3Claim(read)
        const claim = hmacClaim(read)
        return read.request.body.length > maxHmacBodyBytes ? { ...claim, refuse: () => hmacBodyTooLong } : claim
      },
      extraEntries: ({ headers }) =>
        [...headers].filter(([name]) => name.startsWith('x-tc-') || name === 'authorization'),
    },
    accounts,
    authentication,
  ),

  unreadable: (refusal) => unreadableCall('3.0', refusal),

  requestId: (uuid) => uuid,
  encode: (result, requestId) => JSON.stringify(envelope(result, requestId)),
})
