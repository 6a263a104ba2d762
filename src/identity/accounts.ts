export interface Credential {
  readonly secretId: string
  readonly secretKey: string
  /** The account it belongs to; without one the SecretId is its own account. */
  readonly account?: string
  /** The Token that must come with it. */
  readonly token?: string
}

export const accountModes = ['per-secret-id', 'shared'] as const
export type AccountMode = (typeof accountModes)[number]

/** off: nothing is checked. known: an unknown SecretId may do anything, a known one must sign. strict: all must. */
export const authModes = ['off', 'known', 'strict'] as const
export type AuthMode = (typeof authModes)[number]

/** The account of a call without a SecretId, and of every call when all share one world. */
export const defaultAccount = 'default'

/** Maps SecretIds to accounts and credentials (docs/behaviour.md#accounts). */
export interface Accounts {
  /** The account that a SecretId belongs to; an unknown one is its own. */
  accountOf(secretId: string | undefined): string
  /** The credential of a SecretId that a fixture names. */
  credentialOf(secretId: string): Credential | undefined
  /** Whether it is the account of a credential, which only that credential may use. */
  isNamedByCredential(account: string): boolean
  readonly credentials: readonly Credential[]
  /** Whether a text holds the SecretKey or the Token of a credential. */
  containsSecret(text: string): boolean
  /** Puts these in place of all that are known; without any, those of the start. */
  setCredentials(credentials?: readonly Credential[]): void
}

/** Shorter ones than any real secret would hide half of every request. */
const minSecretLength = 8

export function createAccounts(mode: AccountMode, atStart: readonly Credential[]): Accounts {
  let known = new Map<string, Credential>()
  let secrets: string[] = []
  const setCredentials = (credentials = atStart) => {
    known = new Map(credentials.map((credential) => [credential.secretId, credential]))
    secrets = credentials
      .flatMap(({ secretKey, token = '' }) => [secretKey, token])
      .filter((secret) => secret.length >= minSecretLength)
  }
  setCredentials()
  return {
    setCredentials,
    containsSecret: (text) => secrets.some((secret) => text.includes(secret)),
    get credentials() {
      return [...known.values()]
    },
    credentialOf: (secretId) => known.get(secretId),
    isNamedByCredential: (name) =>
      mode !== 'shared' && known.size > 0 && [...known.values()].some(({ account }) => account === name),
    accountOf(secretId) {
      if (mode === 'shared' || !secretId) return defaultAccount
      return known.get(secretId)?.account ?? secretId
    },
  }
}
