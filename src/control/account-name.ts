import type { Accounts } from '../identity/accounts.ts'
import { secretKinds } from '../identity/secrets.ts'
import { InvalidInputError } from '../system/errors.ts'

/**
 * Returns the account that a name denotes; any SecretId of the account is such a name. Throws an InvalidInputError for a
 * name that contains a secret, since the names of accounts are stored, logged and exported.
 */
export function accountNamed(name: string | undefined, accounts: Pick<Accounts, 'accountOf' | 'isSecretName'>): string {
  if (name === undefined || !accounts.isSecretName(name)) return accounts.accountOf(name)
  throw new InvalidInputError(`The name of an account may not contain ${secretKinds}.`)
}
