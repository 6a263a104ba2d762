import { fail } from '../core/errors.ts'
import { scalar } from '../core/params.ts'
import { hmacClaim } from './auth/hmac-claim.ts'
import { tc3Claim } from './auth/tc3-claim.ts'
import type { ProtocolRules } from './decode.ts'
import { envelope } from './envelopes.ts'
import { isTc3, type ReadRequest } from './parse/request.ts'

/**
 * In bytes. The real service refuses larger bodies with this message
 * (docs/behaviour.md#large-bodies-under-an-hmac-signature).
 */
const maxHmacBodyBytes = 1024 * 1024
const hmacBodyTooLarge = fail('InvalidParameter.SignatureFailure', {
  wording:
    'The provided credentials could not be validated because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`.',
})

/**
 * Whether the client uses HMAC, also when the Signature itself is missing: then the error names the Signature and no
 * header (docs/behaviour.md#unsigned-calls-of-30).
 */
const usesHmac = ({ signedByHmac, request: { headers }, params }: ReadRequest) =>
  signedByHmac || (!headers.has('authorization') && (params.has('SignatureMethod') || params.has('Nonce')))

/** A common parameter: a header with a TC3 signature, a parameter with an HMAC signature, and either without one. */
function common({ request: { headers }, params, signedByHmac }: ReadRequest, name: string): string | undefined {
  if (signedByHmac) return scalar(params, name)
  return headers.get(`x-tc-${name.toLowerCase()}`) || (isTc3(headers) ? undefined : scalar(params, name))
}

/** Names of headers arrive in lower case, in which a private key is not recognized, so that only short ones are recorded. */
const recordedHeader = /^(x-tc-[a-z0-9-]{1,24}|authorization)$/

/**
 * API 3.0 at `/`. Either TC3-HMAC-SHA256 signs JSON, multipart or a query, and the common parameters are headers. Or
 * HmacSHA1 or HmacSHA256 signs a query or a form, and the common parameters are among the other parameters
 * (docs/behaviour.md#parameters-of-30).
 */
export const rulesOf30: ProtocolRules = {
  apiVersion: '3.0',
  internalError: 'InternalError',
  common,
  commonSource({ signedByHmac, paramSource, request: { headers } }) {
    if (signedByHmac) return paramSource
    return isTc3(headers) ? 'the X-TC-* headers' : `the X-TC-* headers, or in ${paramSource}`
  },
  regionName: ({ signedByHmac, request: { headers } }) =>
    !signedByHmac && headers.get('x-tc-region') ? 'X-TC-Region' : 'Region',
  claim(read, serviceOf) {
    if (!usesHmac(read)) return tc3Claim(read, serviceOf(common(read, 'Action'), common(read, 'Version')))
    const claim = hmacClaim(read)
    return read.request.body.length > maxHmacBodyBytes ? { ...claim, check: () => hmacBodyTooLarge } : claim
  },
  extraEntries: ({ headers }) => [...headers].filter(([name]) => recordedHeader.test(name)),
  requestId: (uuid) => uuid,
  encode: (result, requestId) => JSON.stringify(envelope(result, requestId)),
  messageOf: ({ message }) => message,
}
