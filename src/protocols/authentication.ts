import type { Accounts, AuthMode } from '../accounts.js'
import { type Failure, fail } from '../core/errors.js'
import { type ParamTree, scalar } from '../core/params.js'
import { missing } from '../core/read-params.js'
import { isSignedBy, type SignedRequest } from './hmac-signature.js'
import { type Diagnosis, diagnose } from './signature-diagnosis.js'

interface AuthenticationOptions {
  readonly mode: AuthMode
  readonly accounts: Accounts
  /** How far a Timestamp may be off, in seconds. */
  readonly window: number
  /** Whether a Nonce may be used once only within the window. */
  readonly nonceCheck: boolean
  now(): Date
}

/** Why a request is refused, and what the log may say of it. */
export interface Refusal extends Failure {
  readonly diagnosis?: Diagnosis
}

export interface Authentication {
  /**
   * Undefined lets the request pass. The common parameters are those of `params`, as whoever executes the call reads
   * them: what is checked and what is executed must be the same. `lookedIn` as in `ApiCall`.
   */
  refuse(request: SignedRequest, params: ParamTree, lookedIn: string): Refusal | undefined
  /** Forgets the nonces. */
  reset(): void
}

/** The common parameters that a signed request has (spec/common.md §3), in the order in which they are missed. */
const required = ['SecretId', 'Timestamp', 'Nonce', 'Signature'] as const

/** Checks signature v2, Token, Timestamp and Nonce as the real service does (design.md, Identity). */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { mode, accounts, nonceCheck } = options
  const seen = createNonceMemory(options)

  return {
    reset: seen.clear,
    refuse(request, params, lookedIn) {
      const sent = (name: (typeof required)[number] | 'Token') => scalar(params, name)
      const secretId = sent('SecretId')
      const credential = secretId === undefined ? undefined : accounts.credentialOf(secretId)
      if (mode === 'off' || (mode === 'known' && !credential)) return undefined

      const absent = required.find((name) => sent(name) === undefined)
      if (absent) return missing(absent, lookedIn)
      if (!credential) return fail('InvalidParameter.SecretIdNotFound', { value: secretId ?? '' })

      const signature = sent('Signature') ?? ''
      if (!isSignedBy(request, credential.secretKey, signature)) {
        const { credentials } = accounts
        const diagnosis = diagnose({ request, key: credential.secretKey, signature, credentials })
        return { ...fail('InvalidParameter.SignatureFailure', { detail: '`Signature` does not match.' }), diagnosis }
      }
      if (credential.token !== undefined && sent('Token') !== credential.token) {
        return fail('InvalidRequest.TokenCheckFailed', { detail: '`Token` is not that of this SecretId.' })
      }
      const stale = refuseTime(sent('Timestamp') ?? '', options)
      if (stale) return stale
      const once = `${secretId} ${sent('Nonce')} ${sent('Timestamp')}`
      if (nonceCheck && seen.before(once)) {
        const detail = `\`Nonce\` ${sent('Nonce')} was used with this \`Timestamp\` before.`
        return fail('InvalidRequest.ReplayAttack', { detail })
      }
      return undefined
    },
  }
}

/** A client whose clock runs a little ahead is not yet off. */
const leastFuture = 1

function refuseTime(timestamp: string, { window, now }: AuthenticationOptions): Failure | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) {
    const detail = '`Timestamp` must be UNIX seconds.'
    return fail('InvalidParameter', { parameter: 'Timestamp', detail })
  }
  const time = now().getTime() / 1000
  const ahead = Number(timestamp) - time
  if (-ahead <= window && ahead <= Math.max(window, leastFuture)) return undefined
  const detail = `\`Timestamp\` ${timestamp} is more than ${window} seconds off; here it is ${Math.floor(time)}.`
  return fail('InvalidRequest.ReplayAttack', { detail })
}

/** Remembers what was seen for as long as its Timestamp could pass: twice the window, since it may lie ahead. */
function createNonceMemory({ window, now }: AuthenticationOptions) {
  const seen = new Map<string, number>()
  return {
    clear: () => seen.clear(),
    before(once: string): boolean {
      const time = now().getTime() / 1000
      for (const [old, until] of seen) {
        if (until > time) break
        seen.delete(old)
      }
      if (seen.has(once)) return true
      seen.set(once, time + 2 * window + leastFuture)
      return false
    },
  }
}
