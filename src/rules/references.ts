import { shorten } from '../core/errors.ts'
import type { Effect, FaultRule } from './rule.ts'

/** What an answer may hand out of a credential. */
interface Secrets {
  readonly secretKey: string
  readonly token?: string
}

export type CredentialOf = (secretId: string) => Secrets | undefined
type Members = (Effect & { kind: 'answer' })['answer']

/** An object with only this member stands for a secret in an answer, so that no rule has the secret itself. */
const kinds: Readonly<Record<string, { readonly member: keyof Secrets; readonly owner: string }>> = {
  $secretKeyOf: { member: 'secretKey', owner: 'a credential' },
  $tokenOf: { member: 'token', owner: 'a credential with a token' },
}

function readReference(value: object) {
  const [[name = '', secretId] = [], more] = Object.entries(value)
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  return kind && typeof secretId === 'string' && !more ? { ...kind, name, secretId } : undefined
}

/** Returns an answer with secrets in place of `{"$secretKeyOf":"AKID…"}` and `{"$tokenOf":"AKID…"}`, and without a RequestId. */
export function resolveAnswer(answer: Members, credentialOf: CredentialOf): Members {
  const { RequestId: _, ...members } = answer
  if (!hasReference(answer)) return members
  const resolve = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(resolve)
    const reference = readReference(value)
    return reference ? credentialOf(reference.secretId)?.[reference.member] : resolveMembers(value)
  }
  const resolveMembers = (object: object) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, resolve(value)]))
  return resolveMembers(members)
}

/** Whether answers have a reference, because to look through a long one takes tens of milliseconds. */
const known = new WeakMap<Members, boolean>()

function hasReference(answer: Members): boolean {
  const has = known.get(answer) ?? findBadReference({ answer }, () => undefined) !== undefined
  known.set(answer, has)
  return has
}

/** Returns what is wrong with a reference in the answer of a rule, to follow its name; undefined when nothing is. */
export function findBadReference({ answer = {} }: FaultRule, credentialOf: CredentialOf): string | undefined {
  const find = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined
    const reference = readReference(value)
    if (!reference) return findIn(value)
    const { name, secretId, member, owner } = reference
    if (credentialOf(secretId)?.[member] !== undefined) return undefined
    return `has \`${name}\` of \`${shorten(secretId)}\`, which is not the SecretId of ${owner}`
  }
  const findIn = (object: object): string | undefined => {
    for (const value of Object.values(object)) {
      const problem = find(value)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  return findIn(answer)
}
