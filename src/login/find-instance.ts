import { runsWindows, stateAt } from '../actions/instance.ts'
import type { Offer, Refusal } from '../ssh/login.ts'
import type { Instance } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** What a login means, and why it is refused. */
export interface Found {
  /** The id that the user name has. */
  readonly instanceId: string
  /** The name before the id, by default `root`. */
  readonly user: string
  /** The account that the instance and the key belong to, if that can be told. */
  readonly account: string | undefined
  readonly instance: Instance | undefined
  readonly refusal: Refusal | undefined
}

export interface FindOptions {
  readonly store: Pick<Store, 'namespace' | 'ownerOf'>
  now(): Date
  /** The accounts that may have instances although nothing has used them yet. */
  accountsAtStart(): readonly string[]
  /** The account that is meant when several could be. */
  readonly preferred: string
}

const idPattern = /^ins-[0-9a-z]{8}$/

const usage = 'The user name must be the id of an instance, or such as ubuntu+ins-1e4r6y8i.'

/** Returns a function that finds the instance of a login, and decides by its state at this moment (docs/behaviour.md#who-may-log-in). */
export function createInstanceSearch({ store, now, accountsAtStart, preferred }: FindOptions) {
  const findNow = ({ user: given, key }: Pick<Offer, 'user' | 'key'>): Found => {
    const at = given.lastIndexOf('+')
    const instanceId = given.slice(at + 1)
    const user = at > 0 ? given.slice(0, at) : 'root'
    const publicKey = key ? `${key.type} ${key.blob.toString('base64')}` : ''
    const owner = idPattern.test(instanceId) ? store.ownerOf(instanceId, publicKey, preferred, now()) : undefined
    const account = owner === 'several' ? undefined : owner?.account
    const instance = account === undefined ? undefined : store.namespace(account).instances.find(instanceId)
    const refuse = (code: string, message: string): Found => ({
      instanceId,
      user,
      account,
      instance,
      refusal: { code, message },
    })
    if (key && key.type !== 'ssh-rsa') {
      return refuse('key-type-not-supported', `The key is ${key.type}; key pairs are ssh-rsa.`)
    }
    if (!owner) return refuse('instance-not-found', `There is no instance \`${instanceId}\`. ${usage}`)
    if (!instance || owner === 'several' || !owner.isBound) {
      return refuse('key-not-bound', `The key is not bound to \`${instanceId}\`.`)
    }
    if (runsWindows(instance)) return refuse('instance-is-windows', `\`${instanceId}\` runs ${instance.osName}.`)
    const state = stateAt(instance, now())
    if (state === 'RUNNING') return { instanceId, user, account, instance, refusal: undefined }
    const code = state === 'STOPPED' ? 'instance-stopped' : 'instance-not-running'
    return refuse(code, `\`${instanceId}\` is ${state}; it must be RUNNING.`)
  }
  return (offer: Pick<Offer, 'user' | 'key'>): Found => {
    const found = findNow(offer)
    if (!found.refusal || !idPattern.test(found.instanceId)) return found
    // Accounts get their starting state at their first use, which this may be
    for (const account of accountsAtStart()) store.namespace(account)
    return findNow(offer)
  }
}
