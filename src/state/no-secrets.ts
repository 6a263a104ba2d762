import type { Accounts } from '../identity/accounts.ts'
import { secretKinds } from '../identity/secrets.ts'
import type { FaultRule } from '../rules/rule.ts'
import { OperatorError } from '../system/errors.ts'
import type { Fixture } from './fixture.ts'

type Secrets = Pick<Accounts, 'containsSecret' | 'isSecretName'>

/** Whether a rule contains a secret. Rules are exported and listed, so they may not. */
export function isSecretRule({ account = '', ...rule }: FaultRule, { containsSecret, isSecretName }: Secrets): boolean {
  const texts: string[] = []
  // The texts themselves, because in JSON a line break is an n, and part of the word that follows
  JSON.stringify(rule, (name, value: unknown) => {
    texts.push(name, typeof value === 'string' ? value : '')
    return value
  })
  return isSecretName(account) || containsSecret(texts.join('\n'))
}

/** Throws an OperatorError when the name of an account or a rule of the document contains a secret. */
export function assertNoSecrets(
  name: string,
  { accounts = {}, requests = {}, faults = [] }: Fixture,
  secrets: Secrets,
) {
  const refuse = (path: string) => new OperatorError(`${name}: ${path} may not contain ${secretKinds}.`)
  for (const [path, members] of Object.entries({ accounts, requests })) {
    const index = Object.keys(members).findIndex((member) => secrets.isSecretName(member))
    if (index >= 0) throw refuse(`the name of member ${index + 1} of /${path}`)
  }
  const index = faults.findIndex((rule) => isSecretRule(rule, secrets))
  if (index >= 0) throw refuse(`/faults/${index}`)
}
