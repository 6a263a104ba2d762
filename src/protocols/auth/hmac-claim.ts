import { type Failure, fail, shorten } from '../../core/errors.ts'
import { type Entry, scalar } from '../../core/params.ts'
import { missingParameter } from '../../core/validation.ts'
import { canonicalName } from '../parse/parameter-tree.ts'
import type { ReadRequest } from '../parse/request.ts'
import type { Claim } from './authenticate.ts'
import { diagnose } from './hmac-diagnosis.ts'
import { isSignedBy, type SignedRequest } from './hmac-signature.ts'

/**
 * A signed request must have these common parameters; the error names the first missing one
 * (docs/behaviour.md#missing-common-parameters).
 */
const required = ['SecretId', 'Timestamp', 'Nonce', 'Signature'] as const

/** The claim of a request that HmacSHA1 or HmacSHA256 signs: SecretId and signature are parameters. */
export function hmacClaim({ request: { method, path, headers }, entries, params, paramSource }: ReadRequest): Claim {
  const request: SignedRequest = { method, host: headers.get('host') ?? '', path, entries }
  const signature = scalar(params, 'Signature') ?? ''
  return {
    secretId: scalar(params, 'SecretId'),
    check() {
      const absent = required.find((name) => scalar(params, name) === undefined)
      return findDuplicateName(entries) ?? (absent && missingParameter(absent, paramSource))
    },
    verify(secretKey) {
      if (!isSignedBy(request, secretKey, signature)) return undefined
      const [timestamp = '', nonce = ''] = [scalar(params, 'Timestamp'), scalar(params, 'Nonce')]
      return { timestamp, nonce, token: scalar(params, 'Token') }
    },
    diagnose: (key, { credentials, containsSecret }) =>
      diagnose({ request, key, signature, credentials, containsSecret }),
  }
}

/** A signature does not tell which of two spellings, `keyName` or `KeyName`, counts (docs/behaviour.md#repeated-names). */
function findDuplicateName(entries: readonly Entry[]): Failure | undefined {
  const names = new Map<string, string>()
  for (const [name] of entries) {
    const canonical = canonicalName(name)
    const other = names.get(canonical)
    if (other !== undefined && other !== name) {
      return fail('InvalidParameter', {
        parameter: name,
        detail: `\`${shorten(name)}\` and \`${shorten(other)}\` are the same parameter; send only one of them.`,
      })
    }
    names.set(canonical, name)
  }
  return undefined
}
