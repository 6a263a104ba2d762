import type { Accounts } from '../identity/accounts.ts'
import { secretKinds } from '../identity/secrets.ts'
import { accountName } from '../state/schema-parts.ts'
import { describedInForms } from '../system/described.ts'
import { InvalidInputError } from '../system/errors.ts'

/** JSON Schema of an account name. */
export const account = accountName('the name of an account, or a SecretId', '账号名称或 SecretId。')

/** An account in a body; without it all of them are meant. */
export const accountOrAll = {
  ...account,
  ...describedInForms(
    'the name of an account, or a SecretId; all accounts if it is left out',
    '账号名称或 SecretId，不填则对所有账号生效。',
  ),
} as const

/** An account in a body; without it, the account `default` is meant. */
export const accountOrDefault = {
  ...account,
  ...describedInForms(
    'the name of an account, or a SecretId; `default` if it is left out',
    '账号名称或 SecretId，不填则为 `default`。',
  ),
} as const

/**
 * Returns the account that a name denotes; any SecretId of the account is such a name. Throws an InvalidInputError for a
 * name that contains a secret, since the names of accounts are stored, logged and exported.
 */
export function accountNamed(name: string | undefined, accounts: Pick<Accounts, 'accountOf' | 'isSecretName'>): string {
  if (name === undefined || !accounts.isSecretName(name)) return accounts.accountOf(name)
  throw new InvalidInputError(`The name of an account may not contain ${secretKinds}.`)
}
