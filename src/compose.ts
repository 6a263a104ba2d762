import { setMaxListeners } from 'node:events'
import type { Writable } from 'node:stream'
import { actions } from './actions/index.ts'
import type { Config } from './config/options.ts'
import { createControls, type Limits, type Reset, type ResetOptions } from './control/controls.ts'
import { createOrigins } from './control/origins.ts'
import { createDispatcher } from './core/dispatcher.ts'
import { shorten } from './core/errors.ts'
import { documentedExample } from './description/example.ts'
import { applyRules } from './http/apply-rules.ts'
import { createExchange } from './http/exchange.ts'
import { defaultTimeouts, type Timeouts } from './http/limits.ts'
import type { Place } from './http/listen.ts'
import { listen, listenTls } from './http/listen.ts'
import { answerAndClose, answersUnderWay } from './http/raw-answer.ts'
import { createServer } from './http/server.ts'
import type { Credential } from './identity/accounts.ts'
import { createAccounts, defaultAccount } from './identity/accounts.ts'
import type { Journal } from './journal/journal.ts'
import { createJournal } from './journal/journal.ts'
import type { KeySource } from './keys/key-source.ts'
import { sharedPrimesNotice } from './keys/key-source.ts'
import { openKeySource } from './keys/open-key-source.ts'
import { createAuthentication } from './protocols/auth/authenticate.ts'
import { tlsNames } from './protocols/auth/host-names.ts'
import { createProtocols, v2Path } from './protocols/index.ts'
import { builtInFaults } from './rules/built-in.ts'
import type { Faults } from './rules/rules.ts'
import { createFaults } from './rules/rules.ts'
import { exportState } from './state/export.ts'
import type { Fixture } from './state/fixture.ts'
import { openStore } from './state/open-store.ts'
import type { Store } from './store/store.ts'
import { createActivity } from './system/activity.ts'
import type { Clock } from './system/clock.ts'
import { clockState, createClock } from './system/clock.ts'
import { createIds } from './system/ids.ts'
import { createSystem } from './system/system.ts'
import { createConnectProxy } from './tls/connect-proxy.ts'
import { createTlsIdentity } from './tls/identity.ts'
import { isOneOf } from './tls/names.ts'

export interface Running extends Place {
  /** Where HTTPS is, if there is. */
  readonly tls: Place | undefined
  readonly reset: Reset
  readonly state: { export(): Fixture; import(document: unknown): Promise<void> }
  readonly keys: Pick<KeySource, 'name' | 'level' | 'prefill'>
  readonly faults: Faults
  readonly clock: Clock
  readonly journal: Journal
  readonly limits: Limits
  /** A request target that works, to be shown. */
  readonly example: string
  /** The projects that every account has, and how many key pairs each may hold. */
  readonly common: { readonly projectIds: readonly number[]; readonly keyPairLimit: number }
  /** Answers what is under way, frees port and database; may be called again. */
  close(): Promise<void>
}

/** The parts that a test may replace, each to see what the whole does when it fails. */
export interface Parts {
  readonly now: () => Date
  readonly keys: KeySource
  readonly store: Store
  readonly timeouts: Timeouts
}

/** How long a request may hold up the end, in milliseconds; what waits for a key or a delay ends at once. */
const graceTime = 300

/** How each part with a state goes back to its start: everything, or what is of one account. */
type Stateful = Readonly<Record<string, (account?: string, options?: ResetOptions) => unknown>>

/** Puts an emulator together and starts it: the one place that knows every concrete part. */
export async function compose(config: Config, log: Writable | undefined, parts: Partial<Parts> = {}): Promise<Running> {
  const { clock: frozen, seed } = config
  const fixture = config.fixtures === undefined ? {} : await readFixture(config.fixtures, config.keyBits)
  const clock = createClock(parts.now ?? createSystem().now, frozen ? { frozen } : undefined, clockState(fixture.clock))
  const system = createSystem({ seed, now: clock.now })
  const ids = createIds(system, fixture.requests)
  const activity = createActivity()
  const tls = createTlsIdentity({ ...config, names: tlsNames(config.tlsNames) })
  // A file that cannot be used ends the start, not the first request
  if (config.tlsCa !== undefined) await tls.trusted()
  const timeouts = parts.timeouts ?? defaultTimeouts
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
  const keys =
    parts.keys ??
    openKeySource({ ...config, createCount: store.createCount, firstAccount: defaultAccount, activity, system })
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
      namespace: store.namespace(account ?? defaultAccount),
      keys,
      ids,
      system,
      caller,
      region,
      operationDelay: config.operationDelay,
    }),
    rejectUnknownParams: config.auth === 'strict',
  })
  const answerCall = applyRules({
    dispatcher,
    faults,
    requestFaults: config.requestFaults === 'on',
    closing: closing.signal,
    activity,
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
  const reset: Reset = (account, options) => {
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
      (await import('./state/load.ts')).loadState({ ...stateParts, system, forget }, document),
  }
  const names = actions.map(({ name }) => name)
  const controls = createControls({ accounts, store, faults, journal, reset, actions: names, closing: closing.signal })
  const example = documentedExample(v2Path, actions)
  const app = await createServer({
    api: createExchange({
      protocols,
      answerCall,
      ids,
      activity,
      journal,
      system,
      isSecret: accounts.containsSecret,
    }),
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
      isOwnName: (name) => isOneOf(tls.names, name),
      accounts,
      origins: createOrigins(config.corsOrigin),
      isReady: () => !closing.signal.aborted,
      trustedCertificate: tls.trusted,
    },
    closing: closing.signal,
    log: log && { level: config.logLevel, stream: log },
    timeouts,
  })

  const connectProxy = createConnectProxy({
    http: app.server,
    names: tls.names,
    certificate: tls.certificate,
    answersSent: answersUnderWay,
    answerAndClose,
    timeouts: timeouts.headers,
    onRefused: (target) => app.log.warn({ target: shorten(target) }, 'refused to be a proxy for another host'),
    onFailed: (error) => app.log.error({ err: error }, 'no certificate for TLS'),
  })

  const end = async () => {
    closing.abort()
    keys.close()
    const grace = setTimeout(() => {
      app.server.closeAllConnections()
      connectProxy.destroy()
    }, graceTime)
    app.server.closeIdleConnections()
    await Promise.all([app.close(), connectProxy.stopListening()])
    clearTimeout(grace)
    connectProxy.destroy()
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
      config.tlsPort === undefined ? undefined : await listenTls(await connectProxy.tls(), config.host, config.tlsPort)
    if (tlsPlace) app.log.info({ url: tlsPlace.url }, 'HTTPS is on')
    if (keys.name === 'recombined') app.log.warn(sharedPrimesNotice)
    keys.fill()
    const projectIds = store.commonProjects.list().map(({ projectId }) => projectId)
    const keyPairLimit = store.keyPairLimit()
    const shown = { tls: tlsPlace, example, common: { projectIds, keyPairLimit } }
    return { ...place, ...shown, ...controls, state, keys, clock, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loads its reader only when there is one to read, so that the emulator is ready sooner without. */
async function readFixture(pathOrJson: string, keyBits: number): Promise<Fixture> {
  const [{ loadFixture }, { generateSeededKeys }] = await Promise.all([
    import('./state/fixture.ts'),
    import('./state/seeded-keys.ts'),
  ])
  return generateSeededKeys(loadFixture(pathOrJson), keyBits)
}
