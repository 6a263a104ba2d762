import type { Accounts, AuthMode } from '../accounts.js'
import { type Failure, fail, ok } from '../core/errors.js'
import { type ParamTree, scalar } from '../core/params.js'
import { missing } from '../core/read-params.js'
import type { Entry } from './form.js'
import { type SignedRequest, signedBy } from './hmac-signature.js'
import { canonicalName } from './params.js'
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
   * What of the request may be executed: all of it where nothing is checked, else what was signed and no more; or why
   * nothing is. `params` are the assembled entries, `lookedIn` as in `ApiCall`.
   */
  check(request: SignedRequest, params: ParamTree, lookedIn: string): Refusal | Passed
  /** Forgets the nonces, of one account or of all. */
  reset(account?: string): void
}

interface Passed {
  readonly ok: true
  /** Whether there was a signature to be checked. */
  readonly checked: boolean
  readonly value: readonly Entry[]
}

/** The common parameters that a signed request has (spec/common.md §3), in the order in which they are missed. */
const required = ['SecretId', 'Timestamp', 'Nonce', 'Signature'] as const

/** Checks signature v2, Token, Timestamp and Nonce as the real service does (design.md, Identity). */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { mode, accounts, nonceCheck } = options
  const seen = createNonceMemory(options)

  return {
    reset: seen.clear,
    check(request, params, lookedIn) {
      const secretId = scalar(params, 'SecretId')
      const credential = secretId === undefined ? undefined : accounts.credentialOf(secretId)
      const anonymous = !credential && !accounts.isNamedByCredential(accounts.accountOf(secretId))
      if (mode === 'off' || (mode === 'known' && anonymous)) return { ...ok(request.entries), checked: false }

      const twin = findTwin(request.entries)
      if (twin) return twin
      const absent = required.find((name) => scalar(params, name) === undefined)
      if (absent) return missing(absent, lookedIn)
      if (!credential) return fail('InvalidParameter.SecretIdNotFound', { value: secretId ?? '' })

      const signature = scalar(params, 'Signature') ?? ''
      const signed = signedBy(request, credential.secretKey, signature)
      if (!signed) {
        const { credentials, holdsSecret } = accounts
        const key = credential.secretKey
        const diagnosis = diagnose({ request, key, signature, credentials, holdsSecret })
        return { ...fail('InvalidParameter.SignatureFailure', { detail: '`Signature` does not match.' }), diagnosis }
      }
      const values = new Map(signed.map(([name, value]) => [canonicalName(name), value]))
      if (credential.token !== undefined && values.get('Token') !== credential.token) {
        return fail('InvalidRequest.TokenCheckFailed', { detail: '`Token` is not that of this SecretId.' })
      }
      const [timestamp = '', nonce = ''] = [values.get('Timestamp'), values.get('Nonce')]
      const stale = refuseTime(timestamp, options) ?? refuseNonce(nonce)
      if (stale) return stale
      if (nonceCheck && seen.before(accounts.accountOf(secretId), `${secretId} ${nonce} ${timestamp}`)) {
        const detail = `\`Nonce\` ${nonce} was used with this \`Timestamp\` before.`
        return fail('InvalidRequest.ReplayAttack', { detail })
      }
      return { ...ok(signed), checked: true }
    },
  }
}

/** Two names that are one when they are read (`keyName`, `KeyName`): which of them counts, no signature says. */
function findTwin(entries: readonly Entry[]): Failure | undefined {
  const names = new Map<string, string>()
  for (const [name] of entries) {
    const other = names.get(canonicalName(name))
    if (other !== undefined && other !== name) {
      return fail('InvalidParameter', {
        parameter: name,
        detail: `\`${name}\` and \`${other}\` are the same parameter.`,
      })
    }
    names.set(canonicalName(name), name)
  }
  return undefined
}

/** A client whose clock runs a little ahead is not yet off. */
const leastFuture = 1

/** Both are whole seconds, so that a window of 0 takes the second that it is. */
function refuseTime(timestamp: string, { window, now }: AuthenticationOptions): Failure | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) {
    return fail('InvalidParameter', { parameter: 'Timestamp', detail: '`Timestamp` must be UNIX seconds.' })
  }
  const time = Math.floor(now().getTime() / 1000)
  const ahead = Number(timestamp) - time
  if (-ahead <= window && ahead <= Math.max(window, leastFuture)) return undefined
  const detail = `\`Timestamp\` ${timestamp} is more than ${window} seconds off; here it is ${time}.`
  return fail('InvalidRequest.ReplayAttack', { detail })
}

function refuseNonce(nonce: string): Failure | undefined {
  if (/^\d{1,30}$/.test(nonce)) return undefined
  return fail('InvalidParameter', { parameter: 'Nonce', detail: '`Nonce` must be a positive integer.' })
}

/** Remembers what was seen for as long as its Timestamp could pass: twice the window, since it may lie ahead. */
function createNonceMemory({ window, now }: AuthenticationOptions) {
  const seen = new Map<string, { readonly account: string; readonly until: number }>()
  return {
    clear(account?: string) {
      for (const [once, entry] of seen) {
        if (account === undefined || entry.account === account) seen.delete(once)
      }
    },
    before(account: string, once: string): boolean {
      const time = now().getTime() / 1000
      for (const [old, { until }] of seen) {
        if (until > time) break
        seen.delete(old)
      }
      if (seen.has(once)) return true
      seen.set(once, { account, until: time + 2 * window + leastFuture })
      return false
    },
  }
}
