import { copyText } from '../system/copy-text.ts'
import { createSecretSearch } from './secrets.ts'

/** A SecretId with the SecretKey that signs its requests. */
export interface Credential {
  readonly secretId: string
  readonly secretKey: string
  /** The account that the SecretId belongs to; by default the SecretId itself. */
  readonly account?: string
  /** The Token that a signed request must carry. */
  readonly token?: string
}

/** per-secret-id: each SecretId has its own account, or that of its credential. shared: all requests use one account. */
export const accountModes = ['per-secret-id', 'shared'] as const
export type AccountMode = (typeof accountModes)[number]

/** off: no signature is checked. known: requests with the SecretId of a credential must be signed. strict: all must be. */
export const authModes = ['off', 'known', 'strict'] as const
export type AuthMode = (typeof authModes)[number]

/** The account of a request without a SecretId, and of every request with `--accounts shared`. */
export const defaultAccount = 'default'

/** Maps SecretIds to accounts and credentials (docs/behaviour.md#accounts). */
export interface Accounts {
  /** Returns the account that a SecretId belongs to; a SecretId without a credential is an account itself. */
  accountOf(secretId: string | undefined): string
  /** Returns the credential of a SecretId, if there is one. */
  credentialOf(secretId: string): Credential | undefined
  /** Whether a credential names this account; then only requests signed with that credential may use it. */
  isNamedByCredential(account: string): boolean
  readonly credentials: readonly Credential[]
  /** Whether a text contains the SecretKey or the Token of a credential, or a private key, in any encoding that clients use. */
  containsSecret(text: string): boolean
  /** Whether a name, or the text that it was cut from, contains a secret, and is neither SecretId nor account of a credential. */
  isSecretName(name: string, source?: string): boolean
  /** Whether the SecretId or the account of a credential contains a secret, and is not the same as one. */
  hidesSecret(name: string): boolean
  /** Replaces all credentials; without an argument, by the initial ones. */
  setCredentials(credentials?: readonly Credential[]): void
}

/** The accounts that credentials belong to. */
export const credentialOwners = ({ credentials, accountOf }: Pick<Accounts, 'credentials' | 'accountOf'>): string[] =>
  credentials.map(({ secretId }) => accountOf(secretId))

/**
 * Whether a request with this SecretId, or with none, is answered only when it is signed
 * (docs/behaviour.md#whose-signatures-are-checked).
 */
export function mustSign(
  mode: AuthMode,
  {
    accountOf,
    credentialOf,
    isNamedByCredential,
  }: Pick<Accounts, 'accountOf' | 'credentialOf' | 'isNamedByCredential'>,
  secretId: string | undefined,
): boolean {
  if (mode !== 'known') return mode === 'strict'
  const hasCredential = secretId !== undefined && credentialOf(secretId) !== undefined
  return hasCredential || isNamedByCredential(accountOf(secretId))
}

/** Creates the accounts with the credentials of the starting state. `controlToken` is one more secret. */
export function createAccounts(
  mode: AccountMode,
  initialCredentials: readonly Credential[],
  controlToken = '',
): Accounts {
  let bySecretId = new Map<string, Credential>()
  /** Everybody may read them, so they are not secret, even if one is also a SecretKey. */
  let names = new Set<string>()
  let containsSecret: Accounts['containsSecret']
  let isFoundInName: Accounts['containsSecret']
  const setCredentials = (credentials = initialCredentials) => {
    bySecretId = new Map(credentials.map((credential) => [credential.secretId, credential]))
    names = new Set(credentials.flatMap(({ secretId, account = secretId }) => [secretId, account]))
    const secrets = [controlToken, ...credentials.flatMap(({ secretKey, token = '' }) => [secretKey, token])]
    const searched = secrets.filter((secret) => !names.has(secret))
    containsSecret = createSecretSearch(searched)
    isFoundInName = createSecretSearch(searched, { inNames: true })
  }
  setCredentials()
  return {
    setCredentials,
    containsSecret: (text) => containsSecret(text),
    isSecretName: (name, source = '') => !names.has(name) && isFoundInName(`${name}\n${source}`),
    hidesSecret: (name) => isFoundInName(name),
    get credentials() {
      return [...bySecretId.values()]
    },
    credentialOf: (secretId) => bySecretId.get(secretId),
    isNamedByCredential: (name) =>
      mode !== 'shared' && bySecretId.size > 0 && [...bySecretId.values()].some(({ account }) => account === name),
    accountOf(secretId) {
      if (mode === 'shared' || !secretId) return defaultAccount
      return bySecretId.get(secretId)?.account ?? copyText(secretId)
    },
  }
}
