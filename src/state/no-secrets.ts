import type { Accounts } from '../identity/accounts.ts'
import { secretKinds } from '../identity/secrets.ts'
import { findBadReference } from '../rules/references.ts'
import type { FaultRule } from '../rules/rule.ts'
import { OperatorError } from '../system/errors.ts'
import type { Fixture } from './fixture.ts'

type Secrets = Pick<Accounts, 'containsSecret' | 'isSecretName' | 'hidesSecret' | 'credentialOf'>

/** Whether a rule contains a secret. */
function isSecretRule({ account = '', ...rule }: FaultRule, { containsSecret, isSecretName }: Secrets): boolean {
  const texts: string[] = []
  // The texts themselves, because in JSON a line break is an n, and part of the word that follows
  JSON.stringify(rule, (name, value: unknown) => {
    texts.push(name, typeof value === 'string' ? value : '')
    return value
  })
  return isSecretName(account) || containsSecret(texts.join('\n'))
}

/** Returns what is wrong with the secrets of a rule. Rules are listed and exported, so they have references only. */
export function findSecretProblem(rule: FaultRule, secrets: Secrets): string | undefined {
  if (!isSecretRule(rule, secrets)) return findBadReference(rule, secrets.credentialOf)
  return `may not contain ${secretKinds}${rule.answer ? useReferences : ''}`
}

const useReferences =
  '. In an answer, {"$secretKeyOf":"SecretId"} and {"$tokenOf":"SecretId"} stand for those of a credential'

/** Throws an OperatorError when the name of an account or a rule of the document contains a secret, or a rule refers to none. */
export function assertNoSecrets(
  name: string,
  { accounts = {}, requests = {}, faults = [], credentials = [] }: Fixture,
  secrets: Secrets,
) {
  const refuse = (path: string) => new OperatorError(`${name}: ${path} may not contain ${secretKinds}.`)
  for (const [path, members] of Object.entries({ accounts, requests })) {
    const index = Object.keys(members).findIndex((member) => secrets.isSecretName(member))
    if (index >= 0) throw refuse(`the name of member ${index + 1} of /${path}`)
  }
  for (const [index, { secretId, account = '' }] of credentials.entries()) {
    for (const [member, name] of Object.entries({ secretId, account })) {
      if (secrets.hidesSecret(name)) throw refuse(`/credentials/${index}/${member}`)
    }
  }
  for (const [index, rule] of faults.entries()) {
    const problem = findSecretProblem(rule, secrets)
    if (problem !== undefined) throw new OperatorError(`${name}: /faults/${index} ${problem}.`)
  }
}
