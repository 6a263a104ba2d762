import { createHash } from 'node:crypto'
import { fail } from '../core/errors.ts'
import type { Journal } from '../journal/journal.ts'
import { redactText } from '../journal/redaction.ts'
import type { Matched } from '../rules/matching.ts'
import { loginAction } from '../rules/rule.ts'
import type { Faults } from '../rules/rules.ts'
import type { BeginLogin, Login, Offer, Refusal } from '../ssh/login.ts'
import { createSshServer } from '../ssh/ssh-server.ts'
import { uuid } from '../system/ids.ts'
import { createSystem, type System } from '../system/system.ts'
import { version } from '../system/version.ts'
import { loadHostKey } from '../tls/host-key.ts'
import { createInstanceSearch, type FindOptions, type Found } from './find-instance.ts'

interface LoginOptions extends Omit<FindOptions, 'now'> {
  readonly system: System
  readonly faults: Pick<Faults, 'match'>
  readonly journal: Pick<Journal, 'add'>
  /** Whether a text contains a known SecretKey or token, or a private key. */
  isSecret(text: string): boolean
  /** The same for the name of an account, which is shown when it belongs to a credential. */
  isSecretName(name: string): boolean
  log(line: object, message: string): void
  /** Is told of an error that a client cannot cause, such as a data file that was removed. */
  onFailed(error: unknown): void
}

export interface LoginServerOptions extends LoginOptions {
  /** The data folder, if there is one. */
  readonly data: string | undefined
  readonly loginTimeoutMs: number
}

/** Creates the SSH server that stands for the instances of all accounts. Throws an OperatorError when its key cannot be used. */
export function createLoginServer({ data, loginTimeoutMs, ...options }: LoginServerOptions) {
  const { privateKey, publicKey } = loadHostKey(data, options.system)
  const server = createSshServer({
    hostKey: privateKey,
    // RFC 4253 4.2 allows no minus sign
    software: `cvm_emulator_${version.replaceAll('-', '_')}`,
    begin: createLogins(options),
    loginTimeoutMs,
  })
  return { server, hostKey: publicKey }
}

/** Returns the function that begins an attempt to log in: it finds the instance, lets rules match, and records the end. */
export function createLogins(options: LoginOptions): BeginLogin {
  const { system, store, faults, onFailed } = options
  const search = createInstanceSearch({ ...options, now: system.now })
  const find = (offer: Offer): Found => {
    try {
      return search(offer)
    } catch (error) {
      onFailed(error)
      return { instanceId: offer.user, user: 'root', account: undefined, instance: undefined, refusal: failed }
    }
  }
  const record = createLoginRecorder(options)
  /** How long a login took is real time, although the clock may be frozen. */
  const real = createSystem()

  return (offer) => {
    const began = +real.now()
    const time = system.now()
    const found = find(offer)
    const fingerprint = offer.key && fingerprintOf(offer.key.blob)
    const match = fingerprint === undefined ? undefined : faults.match(toMatched(found, fingerprint), undefined)
    const { delay = 0, effect, rules = [] } = match ?? {}
    const forced =
      effect?.kind === 'error'
        ? { code: effect.code, message: effect.message ?? 'A rule refuses this login.' }
        : undefined
    const drop = effect?.kind === 'drop' ? effect.when : undefined
    let latest = found
    return {
      delayMs: delay,
      drop,
      refusal() {
        latest = find(offer)
        return latest.refusal ?? forced
      },
      end(refusal, isValid) {
        const durationMs = +real.now() - began
        record({ time, found: latest, offer, fingerprint, durationMs, rules }, drop, refusal, isValid)
      },
      machine: {
        hostName: found.instanceId,
        user: found.user,
        authorizedKeys() {
          const { account, instanceId } = latest
          if (account === undefined) return []
          const { instances, keyPairs } = store.namespace(account)
          const keyIds = instances.find(instanceId)?.keyIds ?? []
          return keyIds.flatMap((keyId) => keyPairs.find(keyId)?.publicKey ?? [])
        },
      },
    }
  }
}

const failed = { code: 'InternalError', message: 'The emulator could not look for the instance; its log says why.' }

/** As `ssh-keygen -l` prints it. */
const fingerprintOf = (blob: Buffer) =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

/** A login as rules see it. One that is refused anyway meets only rules that do nothing but delay, as a call does. */
const toMatched = ({ account, instance, instanceId, user, refusal }: Found, fingerprint: string): Matched => ({
  apiVersion: 'ssh',
  action: loginAction,
  account,
  region: instance?.region,
  version: undefined,
  params: new Map([
    ['InstanceId', { value: instanceId }],
    ['Fingerprint', { value: fingerprint }],
    ['User', { value: user }],
  ]),
  ...(refusal && { refusal: fail('UnauthorizedOperation') }),
})

interface Attempt {
  readonly time: Date
  readonly found: Found
  readonly offer: Offer
  readonly fingerprint: string | undefined
  readonly durationMs: number
  readonly rules: readonly string[]
}

/** Returns the function that writes the log line and the journal entry of an attempt. */
function createLoginRecorder({ system, journal, isSecret, isSecretName, log }: LoginOptions) {
  let count = 0
  return (
    { time, found, offer, fingerprint, durationMs, rules }: Attempt,
    drop: Login['drop'],
    refusal: Refusal | undefined,
    isValid: boolean | undefined,
  ) => {
    const requestId = uuid(system.random('ssh-login', ++count)(16))
    const account = found.account && redactText(found.account, isSecretName)
    const code = refusal?.code ?? (drop ? `Dropped ${drop}` : 'Success')
    const hide = (text: string) => redactText(text, isSecret)
    log({ requestId, action: loginAction, account, code, durationMs }, 'login completed')
    journal.add({
      time,
      requestId,
      apiVersion: 'ssh',
      client: hide(offer.client),
      account,
      action: loginAction,
      region: found.instance?.region,
      parameters: {
        InstanceId: hide(found.instanceId),
        ...(fingerprint !== undefined && { Fingerprint: fingerprint }),
        User: hide(found.user),
      },
      signature: isValid === undefined ? 'unchecked' : isValid ? 'valid' : 'refused',
      code,
      ...(refusal && { message: hide(refusal.message) }),
      durationMs,
      faults: rules.map(hide),
    })
  }
}
