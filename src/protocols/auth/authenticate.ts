import type { Diagnosis } from '../../core/call.ts'
import { type Failure, fail, ok } from '../../core/errors.ts'
import type { Entry } from '../../core/params.ts'
import type { Accounts, AuthMode } from '../../identity/accounts.ts'
import { createNonceMemory, minFutureSeconds } from './nonce-memory.ts'

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

/** What a request shows of who sent it, whatever the way in which it is signed. */
export interface Claim {
  readonly secretId: string | undefined
  /** All that was sent. */
  readonly entries: readonly Entry[]
  /** Why it cannot be checked: something is missing or said twice. */
  refuse(): Failure | undefined
  /** What this key has signed; undefined when the signature is not its. */
  verify(secretKey: string): Signed | undefined
  diagnose(secretKey: string, accounts: Accounts): Diagnosis
}

export interface Signed {
  /** What may be executed. */
  readonly entries: readonly Entry[]
  readonly timestamp: string
  readonly token: string | undefined
  /** Undefined where the way of signing has none. */
  readonly nonce?: string
}

export interface Authentication {
  /**
   * What of the request may be executed: all of it where nothing is checked, else what was signed; or why nothing is.
   */
  check(claim: Claim): Refusal | Passed
  /** Forgets the nonces, of one account or of all. */
  reset(account?: string): void
}

interface Passed {
  readonly ok: true
  /** Whether there was a signature to be checked. */
  readonly checked: boolean
  readonly value: readonly Entry[]
}

/**
 * Checks signature, Token, Timestamp and Nonce as the real service does, of those callers whose signatures are checked
 * (docs/behaviour.md#whose-signatures-are-checked).
 */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { mode, accounts, nonceCheck } = options
  const seen = createNonceMemory(options)

  return {
    reset: seen.clear,
    check(claim) {
      const { secretId } = claim
      const credential = secretId === undefined ? undefined : accounts.credentialOf(secretId)
      const anonymous = !credential && !accounts.isNamedByCredential(accounts.accountOf(secretId))
      if (mode === 'off' || (mode === 'known' && anonymous)) return { ...ok(claim.entries), checked: false }

      const refusal = claim.refuse()
      if (refusal) return refusal
      if (!credential) return unknownSecretId(secretId ?? '')

      const signed = claim.verify(credential.secretKey)
      if (!signed) {
        const diagnosis = claim.diagnose(credential.secretKey, accounts)
        return { ...fail('InvalidParameter.SignatureFailure', { detail: '`Signature` does not match.' }), diagnosis }
      }
      const { token, timestamp, nonce } = signed
      if (credential.token !== undefined && token !== credential.token) {
        return fail('InvalidRequest.TokenCheckFailed', { detail: '`Token` is not that of this SecretId.' })
      }
      const stale = checkTime(timestamp, options) ?? (nonce === undefined ? undefined : checkNonce(nonce))
      if (stale) return stale
      if (
        nonce !== undefined &&
        nonceCheck &&
        seen.before(accounts.accountOf(secretId), `${secretId} ${nonce} ${timestamp}`)
      ) {
        const detail = `\`Nonce\` ${nonce} was used with this \`Timestamp\` before.`
        return fail('InvalidRequest.ReplayAttack', { detail })
      }
      return { ...ok(signed.entries), checked: true }
    },
  }
}

/** All ids of API keys begin so, the temporary ones too. */
const ofApiKey = /^AKID/

const unknownSecretId = (value: string) =>
  fail(ofApiKey.test(value) ? 'InvalidParameter.SecretIdNotFound' : 'AuthFailure.InvalidSecretId', { value })

/** Both are whole seconds, so that a window of 0 takes the second that it is. */
function checkTime(timestamp: string, { window, now }: AuthenticationOptions): Failure | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) {
    return fail('InvalidParameter', { parameter: 'Timestamp', detail: '`Timestamp` must be UNIX seconds.' })
  }
  const time = Math.floor(now().getTime() / 1000)
  const ahead = Number(timestamp) - time
  if (-ahead <= window && ahead <= Math.max(window, minFutureSeconds)) return undefined
  const detail = `\`Timestamp\` ${timestamp} is more than ${window} seconds off; here it is ${time}.`
  return fail('InvalidRequest.ReplayAttack', { detail })
}

function checkNonce(nonce: string): Failure | undefined {
  if (/^\d{1,30}$/.test(nonce)) return undefined
  return fail('InvalidParameter', { parameter: 'Nonce', detail: '`Nonce` must be a positive integer.' })
}
