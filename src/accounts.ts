import type { Credential } from './fixtures.js'

export const accountModes = ['per-secret-id', 'shared'] as const
export type AccountMode = (typeof accountModes)[number]

/** The account of a call without a SecretId, and of every call when all share one world. */
export const defaultAccount = 'default'

/** Says to which account a SecretId belongs (design.md, Identity). */
export type Accounts = (secretId: string | undefined) => string

export function createAccounts(mode: AccountMode, credentials: readonly Credential[]): Accounts {
  if (mode === 'shared') return () => defaultAccount
  const known = new Map(credentials.map(({ secretId, account }) => [secretId, account ?? secretId]))
  return (secretId) => (secretId ? (known.get(secretId) ?? secretId) : defaultAccount)
}
