import { setMaxListeners } from 'node:events'
import type { Writable } from 'node:stream'
import { createAccounts } from './accounts.js'
import { actions } from './actions/index.js'
import { createActivity } from './activity.js'
import { createApi } from './api-route.js'
import { createDispatcher } from './core/dispatcher.js'
import { shorten } from './core/errors.js'
import { documentedExample } from './example.js'
import { type Patience, usualPatience } from './http-limits.js'
import { createIds } from './ids.js'
import { type KeySource, sharedPrimesNotice } from './keys/key-source.js'
import { listen, listenTls, type Place } from './listen.js'
import { openKeySource, refuseSeed } from './open-key-source.js'
import { openStore } from './open-store.js'
import type { Config } from './options.js'
import { createOrigins } from './origins.js'
import { createAuthentication } from './protocols/authentication.js'
import { v2Protocol } from './protocols/v2.js'
import { createServer } from './server.js'
import { createStartingState } from './starting-state.js'
import type { Store } from './store/store.js'
import { createSystem } from './system.js'
import { openDoors } from './tls/doors.js'
import { createTlsIdentity } from './tls/identity.js'

/** How long a request may hold up the end, in milliseconds; what waits for a key or a delay ends at once. */
const graceTime = 300

/** The parts that a test may replace, each to see what the whole does when it fails. */
export interface Parts {
  readonly now: () => Date
  readonly keys: KeySource
  readonly store: Store
  readonly patience: Patience
}

export interface Running extends Place {
  /** Where HTTPS is, if there is. */
  readonly tls: Place | undefined
  /** Back to the starting state: everything, or one account. */
  reset(account?: string): void
  readonly keys: Pick<KeySource, 'name' | 'level' | 'prefill'>
  /** A request target that works, to be shown. */
  readonly example: string
  /** The projects that every account has, and how many key pairs each may hold. */
  readonly common: { readonly projectIds: readonly number[]; readonly keyPairLimit: number }
  /** Answers what is under way, frees port and database; may be called again. */
  close(): Promise<void>
}

/** Puts an emulator together and starts it: the one place that knows every concrete part. */
export async function compose(config: Config, log: Writable | undefined, parts: Partial<Parts> = {}): Promise<Running> {
  refuseSeed(config)
  const { clock, seed } = config
  const fixture = config.fixtures === undefined ? {} : await readFixture(config.fixtures)
  const now = parts.now ?? (clock && (() => new Date(clock)))
  const system = createSystem({ seed, ...(now && { now }) })
  const ids = createIds(system)
  const activity = createActivity()
  const tls = createTlsIdentity(config)
  // A file that cannot be used ends the start, not the first request
  if (config.tlsCa !== undefined) await tls.trusted()
  const startingState = createStartingState(config, fixture, system.now())
  const store = parts.store ?? openStore(config, fixture, { startingState, ids, system })
  const keys = parts.keys ?? openKeySource(config, { store, activity, system })
  const patience = parts.patience ?? usualPatience
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const accounts = createAccounts(config.accounts, fixture.credentials ?? [])
  const authentication = createAuthentication({
    mode: config.auth,
    accounts,
    window: config.authWindow,
    nonceCheck: config.nonceCheck === 'on',
    now: system.now,
  })
  const protocol = v2Protocol(accounts, authentication)
  const dispatcher = createDispatcher({
    actions,
    contextFor: ({ account, region }, caller) => ({
      namespace: store.namespace(account),
      keys,
      ids,
      system,
      caller,
      region,
      operationDelay: config.operationDelay,
    }),
    requestFaults: config.requestFaults === 'on',
    closing: closing.signal,
    activity,
  })
  const reset = (account?: string) => {
    store.reset(account)
    authentication.reset(account)
    ids.reset(account)
  }
  const example = documentedExample(protocol.path, actions)
  const app = await createServer({
    api: createApi({ protocol, dispatcher, ids, activity }),
    apiPath: protocol.path,
    example,
    control: {
      system,
      keys,
      store,
      reset,
      names: tls.names,
      accounts,
      origins: createOrigins(config.corsOrigin),
      isReady: () => !closing.signal.aborted,
      trustedCertificate: tls.trusted,
    },
    closing: closing.signal,
    log: log && { level: config.logLevel, stream: log },
    patience,
  })

  const doors = openDoors({
    http: app.server,
    names: tls.names,
    certificate: tls.certificate,
    patience: patience.headers,
    onRefused: (target) => app.log.warn({ target: shorten(target) }, 'refused to be a proxy for another host'),
    onFailed: (error) => app.log.error({ err: error }, 'no certificate for TLS'),
  })

  const end = async () => {
    closing.abort()
    keys.close()
    const grace = setTimeout(() => {
      app.server.closeAllConnections()
      doors.destroy()
    }, graceTime)
    app.server.closeIdleConnections()
    await Promise.all([app.close(), doors.stopListening()])
    clearTimeout(grace)
    doors.destroy()
    store.close()
  }
  let ended: Promise<void> | undefined
  const close = () => {
    ended ??= end()
    return ended
  }

  try {
    const place = await listen(app, config.host, config.port)
    const tlsPlace =
      config.tlsPort === undefined ? undefined : await listenTls(await doors.tls(), config.host, config.tlsPort)
    if (tlsPlace) app.log.info({ url: tlsPlace.url }, 'HTTPS is on')
    if (keys.name === 'recombined') app.log.warn(sharedPrimesNotice)
    keys.fill()
    const projectIds = store.commonProjects.list().map(({ projectId }) => projectId)
    const { keyPairLimit } = startingState()
    return { ...place, tls: tlsPlace, reset, keys, example, common: { projectIds, keyPairLimit }, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loads its reader only when there is one to read, so that the emulator is ready sooner without. */
const readFixture = async (pathOrJson: string) => (await import('./fixtures.js')).loadFixture(pathOrJson)
