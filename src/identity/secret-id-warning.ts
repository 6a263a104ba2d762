import { copyText } from '../system/copy-text.ts'
import type { Accounts } from './accounts.ts'

/** The form of the SecretIds of the service. */
const realSecretId = /^AKID[0-9A-Za-z]{32}$/

/** So many SecretIds are warned of. */
const maxWarned = 200

/**
 * Returns a function that returns a warning for a SecretId that may be a real one: it has the form of the service and is not
 * that of a credential. Each gets one warning.
 */
export function createSecretIdWarning(accounts: Pick<Accounts, 'credentialOf'>) {
  const warned = new Set<string>()
  return (secretId = ''): string | undefined => {
    if (!realSecretId.test(secretId) || warned.has(secretId) || warned.size >= maxWarned) return undefined
    if (accounts.credentialOf(secretId)) return undefined
    warned.add(copyText(secretId))
    return `SecretId ${secretId.slice(0, 8)}… looks like a real one. This is an emulator and no place for real credentials; test with made-up ones.`
  }
}
