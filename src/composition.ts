import { setMaxListeners } from 'node:events'
import type { Writable } from 'node:stream'
import { createAccounts } from './accounts.ts'
import { actions } from './actions/index.ts'
import { createActivity } from './activity.ts'
import { createApi } from './api-route.ts'
import { builtInFaults } from './built-in-faults.ts'
import { clockState, createClock } from './clock.ts'
import { createControls } from './controls.ts'
import { createDispatcher } from './core/dispatcher.ts'
import { shorten } from './core/errors.ts'
import { documentedExample } from './example.ts'
import { createFaults } from './faults/faults.ts'
import type { Credential, Fixture } from './fixtures.ts'
import { usualPatience } from './http-limits.ts'
import { createIds } from './ids.ts'
import { createJournal } from './journal.ts'
import { sharedPrimesNotice } from './keys/key-source.ts'
import { listen, listenTls } from './listen.ts'
import { openKeySource, refuseSeed } from './open-key-source.ts'
import { openStore } from './open-store.ts'
import type { Config } from './options.ts'
import { createOrigins } from './origins.ts'
import { createAuthentication } from './protocols/authentication.ts'
import { createProtocols, v2Path } from './protocols/index.ts'
import type { Parts, ResetOptions, Running } from './running.ts'
import { createServer } from './server.ts'
import { exportState } from './state.ts'
import { createSystem } from './system.ts'
import { openDoors } from './tls/doors.ts'
import { createTlsIdentity } from './tls/identity.ts'

/** How long a request may hold up the end, in milliseconds; what waits for a key or a delay ends at once. */
const graceTime = 300

/** How each part with a state goes back to its start: everything, or what is of one account. */
type Stateful = Readonly<Record<string, (account?: string, options?: ResetOptions) => unknown>>

/** Puts an emulator together and starts it: the one place that knows every concrete part. */
export async function compose(config: Config, log: Writable | undefined, parts: Partial<Parts> = {}): Promise<Running> {
  refuseSeed(config)
  const { clock: frozen, seed } = config
  const fixture = config.fixtures === undefined ? {} : await readFixture(config.fixtures, config.keyBits)
  const clock = createClock(parts.now ?? createSystem().now, frozen ? { frozen } : undefined, clockState(fixture.clock))
  const system = createSystem({ seed, now: clock.now })
  const ids = createIds(system, fixture.requests)
  const activity = createActivity()
  const tls = createTlsIdentity(config)
  // A file that cannot be used ends the start, not the first request
  if (config.tlsCa !== undefined) await tls.trusted()
  const patience = parts.patience ?? usualPatience
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const accounts = createAccounts(config.accounts, (fixture.credentials ?? []) as readonly Credential[])
  const faults = createFaults({
    system,
    builtIn: builtInFaults(config),
    ...(fixture.faults && { atStart: fixture.faults }),
    accountOf: accounts.accountOf,
  })
  const store = parts.store ?? openStore(fixture, { config, ids, system })
  const keys = parts.keys ?? openKeySource(config, { store, activity, system })
  const journal = createJournal(config.journalSize)
  const authentication = createAuthentication({
    mode: config.auth,
    accounts,
    window: config.authWindow,
    nonceCheck: config.nonceCheck === 'on',
    now: system.now,
  })
  const protocols = createProtocols(accounts, authentication)
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
    refuseUnknown: config.auth === 'strict',
    closing: closing.signal,
    activity,
    faults,
  })
  const stateful: Stateful = {
    clock: (account, options) => account ?? clock.reset(options),
    store: store.reset,
    nonces: authentication.reset,
    requestIds: ids.reset,
    faults: faults.reset,
    journal: journal.reset,
    credentials: (account) => account ?? accounts.setCredentials(),
  }
  const reset: Running['reset'] = (account, options) => {
    for (const part of Object.values(stateful)) part(account, options)
  }
  const stateParts = { config, startedAt: system.now(), fixture, store, accounts, faults, clock, ids }
  const forget = () => {
    authentication.reset()
    ids.reset()
    journal.reset()
  }
  const state = {
    export: () => exportState(stateParts),
    import: async (document: unknown) =>
      (await import('./load-state.ts')).loadState({ ...stateParts, system, forget }, document),
  }
  const names = actions.map(({ name }) => name)
  const controls = createControls({ accounts, store, faults, journal, reset, actions: names, closing: closing.signal })
  const example = documentedExample(v2Path, actions)
  const app = await createServer({
    api: createApi({ protocols, dispatcher, ids, activity, journal, system, isSecret: accounts.holdsSecret }),
    example,
    control: {
      system,
      keys,
      store,
      ...controls,
      state,
      clock,
      token: config.controlToken,
      closing: closing.signal,
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
    const keyPairLimit = store.keyPairLimit()
    const shown = { tls: tlsPlace, example, common: { projectIds, keyPairLimit } }
    return { ...place, ...shown, ...controls, state, keys, clock, stateful: Object.keys(stateful), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loads its reader only when there is one to read, so that the emulator is ready sooner without. */
async function readFixture(pathOrJson: string, keyBits: number): Promise<Fixture> {
  const [{ loadFixture }, { generateSeededKeys }] = await Promise.all([
    import('./fixtures.ts'),
    import('./seeded-fixture.ts'),
  ])
  return generateSeededKeys(loadFixture(pathOrJson), keyBits)
}
