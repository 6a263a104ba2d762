import type { Diagnosis } from '../../core/call.ts'
import { type Failure, fail } from '../../core/errors.ts'
import { type Accounts, type AuthMode, mustSign } from '../../identity/accounts.ts'
import { copyText } from '../../system/copy-text.ts'

interface AuthenticationOptions {
  readonly mode: AuthMode
  readonly accounts: Accounts
  /** How far a Timestamp may differ from the server time, in seconds. */
  readonly window: number
  /** Whether a Nonce may be used only once within the window. */
  readonly nonceCheck: boolean
  now(): Date
}

/** The error of a refused request; `diagnosis` is for the log only. */
export interface Refusal extends Failure {
  readonly diagnosis?: Diagnosis
}

/** The identity that a request claims, and how to check it. Each signature scheme implements it. */
export interface Claim {
  readonly secretId: string | undefined
  /** The text from which the SecretId was cut, when it may be a piece of something else. */
  readonly source?: string | undefined
  /** Returns an error when the claim cannot be verified: a part of it is missing, malformed or ambiguous. */
  check(accounts: Accounts): Refusal | undefined
  /** Returns what was signed with this key; undefined when the signature does not match. */
  verify(secretKey: string): Signed | undefined
  /** Returns the likely cause of a signature that does not match this key. */
  diagnose(secretKey: string, accounts: Accounts): Diagnosis
}

export interface Signed {
  readonly timestamp: string
  readonly token: string | undefined
  /** Undefined for a signature scheme without a Nonce. */
  readonly nonce?: string
}

export interface Authentication {
  /** Returns an error, or whether the signature was checked. */
  check(claim: Claim): Refusal | Passed
  /** Forgets the nonces of one account, or of all accounts. */
  reset(account?: string): void
}

interface Passed {
  readonly ok: true
  readonly checked: boolean
}

/**
 * Checks signature, Token, Timestamp and Nonce as the real service does, for the SecretIds whose signatures are checked
 * (docs/behaviour.md#whose-signatures-are-checked).
 */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { mode, accounts, nonceCheck } = options
  const nonces = createNonceMemory(options)

  return {
    reset: nonces.clear,
    check(claim) {
      const { secretId } = claim
      if (!mustSign(mode, accounts, secretId)) return { ok: true, checked: false }

      const refusal = claim.check(accounts)
      if (refusal) return refusal
      const credential = secretId === undefined ? undefined : accounts.credentialOf(secretId)
      if (!credential) return unknownSecretId(secretId ?? '')

      const signed = claim.verify(credential.secretKey)
      if (!signed) {
        const diagnosis = claim.diagnose(credential.secretKey, accounts)
        return { ...fail('InvalidParameter.SignatureFailure', { detail: '`Signature` does not match.' }), diagnosis }
      }
      const { token, timestamp, nonce } = signed
      if (credential.token !== undefined && token !== credential.token) {
        return fail('InvalidRequest.TokenCheckFailed', { detail: '`Token` does not belong to this SecretId.' })
      }
      const refusedValue = checkTimestamp(timestamp, options) ?? (nonce === undefined ? undefined : checkNonce(nonce))
      if (refusedValue) return refusedValue
      if (
        nonce !== undefined &&
        nonceCheck &&
        nonces.isRepeated(accounts.accountOf(secretId), copyText(`${secretId} ${nonce} ${timestamp}`))
      ) {
        const detail = `\`Nonce\` ${nonce} was already used with this \`Timestamp\`.`
        return fail('InvalidRequest.ReplayAttack', { detail })
      }
      return { ok: true, checked: true }
    },
  }
}

/** The SecretIds of all API keys begin with this, including temporary ones. */
const apiKeyPattern = /^AKID/

const unknownSecretId = (value: string) =>
  fail(apiKeyPattern.test(value) ? 'InvalidParameter.SecretIdNotFound' : 'AuthFailure.InvalidSecretId', { value })

/** The clock of a client may always be this far ahead, even with a window of 0. */
const minFutureSeconds = 1

/** Compares whole seconds, so that a window of 0 accepts the current second. */
function checkTimestamp(timestamp: string, { window, now }: AuthenticationOptions): Failure | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) {
    return fail('InvalidParameter', { parameter: 'Timestamp', detail: '`Timestamp` must be a UNIX time in seconds.' })
  }
  const serverTime = Math.floor(now().getTime() / 1000)
  const secondsAhead = Number(timestamp) - serverTime
  if (-secondsAhead <= window && secondsAhead <= Math.max(window, minFutureSeconds)) return undefined
  const detail = `\`Timestamp\` ${timestamp} differs from the server time ${serverTime} by more than ${window} seconds.`
  return fail('InvalidRequest.ReplayAttack', { value: `${serverTime}`, detail })
}

function checkNonce(nonce: string): Failure | undefined {
  if (/^\d{1,30}$/.test(nonce)) return undefined
  return fail('InvalidParameter', { parameter: 'Nonce', detail: '`Nonce` must consist of 1 to 30 digits.' })
}

/** So many nonces are remembered at once; beyond that the oldest is forgotten early. */
const maxNonces = 100_000

/** Remembers nonces for twice the window, because a valid Timestamp may be in the future. `isRepeated` adds the nonce. */
function createNonceMemory({ window, now }: Pick<AuthenticationOptions, 'window' | 'now'>) {
  const seen = new Map<string, { readonly account: string; readonly until: number }>()
  // The keys of `seen` from `oldest` on. A Map finds its own first key only behind all that were deleted
  let keys: string[] = []
  let oldest = 0
  const forgetOldest = () => {
    seen.delete(keys[oldest++] ?? '')
    if (oldest < maxNonces) return
    keys = keys.slice(oldest)
    oldest = 0
  }
  return {
    clear(account?: string) {
      for (const [key, entry] of seen) {
        if (account === undefined || entry.account === account) seen.delete(key)
      }
      keys = [...seen.keys()]
      oldest = 0
    },
    isRepeated(account: string, key: string): boolean {
      const time = now().getTime() / 1000
      while (oldest < keys.length && (seen.get(keys[oldest] ?? '')?.until ?? 0) <= time) forgetOldest()
      if (seen.has(key)) return true
      if (seen.size >= maxNonces) forgetOldest()
      seen.set(key, { account, until: time + 2 * window + minFutureSeconds })
      keys.push(key)
      return false
    },
  }
}
