import { setMaxListeners } from 'node:events'
import { actions } from './actions/index.ts'
import type { Config } from './config/options.ts'
import { createAccess } from './control/access.ts'
import { createControls, type Limits, type Reset } from './control/controls.ts'
import { createKnownAccounts } from './control/known-accounts.ts'
import { createListings, type Listings } from './control/listings.ts'
import { createReset } from './control/reset.ts'
import { createResources, type Resources } from './control/resources.ts'
import type { ControlRoute } from './control/route.ts'
import type { SshAddress } from './control/ssh.ts'
import { serviceLookup } from './core/action.ts'
import { createDispatcher } from './core/dispatcher.ts'
import { loadOpenApi, type OpenApi } from './description/load.ts'
import { documentedExample } from './description/tables.ts'
import { applyRules } from './http/apply-rules.ts'
import type { LogStream } from './http/bounded-log.ts'
import { closeOnce } from './http/close.ts'
import { createApi } from './http/exchange.ts'
import { defaultTimeouts, type Timeouts } from './http/limits.ts'
import { type Address, listen, listenBeside } from './http/listen.ts'
import { answerAndClose, pendingAnswersSent } from './http/raw-answer.ts'
import { createServer } from './http/server.ts'
import { createAccounts, defaultAccount } from './identity/accounts.ts'
import { createSecretIdWarning } from './identity/secret-id-warning.ts'
import { createJournal, type Journal } from './journal/journal.ts'
import { redactText } from './journal/redaction.ts'
import type { KeySource } from './keys/key-source.ts'
import { makeKeyPair } from './keys/key-supply.ts'
import { createKeyThreads, type KeyThreads } from './keys/key-threads.ts'
import { openKeySource } from './keys/open-key-source.ts'
import { loadLogins } from './login/load.ts'
import { createAuthentication } from './protocols/auth/authenticate.ts'
import { certificateNames, isServiceHost } from './protocols/auth/host-names.ts'
import { createProtocols, pathOfVersion, v2Path } from './protocols/index.ts'
import { createRuleChecks } from './rules/checks.ts'
import type { FaultRule } from './rules/rule.ts'
import { builtInFaults, createFaults, type Faults } from './rules/rules.ts'
import { completeFixture, startingCredentials } from './state/fixture.ts'
import { assertNoSecrets } from './state/no-secrets.ts'
import { openStore } from './state/open-store.ts'
import { publicKeyMaker } from './state/seeded-keys.ts'
import { documentOf } from './state/starting-state.ts'
import { createState, type State } from './state/state.ts'
import type { Store } from './store/store.ts'
import { createActivity } from './system/activity.ts'
import { addTime, type Clock, clockState, createClock } from './system/clock.ts'
import { createIds } from './system/ids.ts'
import { keepAlive } from './system/keep-alive.ts'
import { createSystem } from './system/system.ts'
import { version } from './system/version.ts'
import { createConnectProxy } from './tls/connect-proxy.ts'
import { createTlsIdentity } from './tls/identity.ts'

export interface Running extends Address, Resources {
  /** Where HTTPS is, if there is. */
  readonly tls: Address | undefined
  /** Where SSH is, if it is. */
  readonly ssh: SshAddress | undefined
  readonly reset: Reset
  readonly state: State
  readonly keys: Pick<KeySource, 'name' | 'level' | 'prefill'>
  readonly faults: Faults
  readonly clock: Clock
  readonly journal: Journal
  readonly limits: Limits
  readonly listings: Listings
  /** A request target that works, to be shown. */
  readonly example: string
  /** The projects that every account has, and how many key pairs each may hold. */
  readonly common: { readonly projectIds: readonly number[]; readonly keyPairLimit: number }
  /** Returns the certificate that HTTPS clients must trust, as PEM. */
  certificate(): Promise<string>
  /** Returns the OpenAPI document. */
  openapi(): Promise<OpenApi>
  /** Lets the process end although the emulator runs. */
  unref(): void
  /** Answers what is under way, frees port and database; may be called again. */
  close(): Promise<void>
}

/** What `startEmulator` was given beside options, and the parts that a test replaces to see what happens when they fail. */
export interface Parts {
  readonly now: () => Date
  readonly keys: KeySource
  readonly store: Store
  readonly timeouts: Timeouts
  /** The starting state as a document, where `startEmulator` was given one. */
  readonly fixtures: object
}

const ruleChecks = createRuleChecks(actions)

const noCredentials =
  '--auth strict refuses every API request, because there are no credentials; add some with --credential ID:KEY or --fixtures'

/** Puts an emulator together and starts it. */
export async function compose(
  config: Config,
  log: LogStream | undefined,
  replaced: Partial<Parts> = {},
): Promise<Running> {
  const threads = createKeyThreads()
  // The keys of a starting state are made before anything listens
  const parts = await keepAlive(createParts(config, replaced, threads)).catch((error: unknown) =>
    threads.close().then(() => Promise.reject(error)),
  )
  const { keys, store, clock, closing, timeouts, isSecret } = parts
  const example = documentedExample(v2Path, actions)
  /** What a document does not describe begins anew with it. */
  const clearCaches = () => {
    for (const part of [parts.authentication, parts.ids, parts.journal]) part.reset()
  }
  const warnOfRules = (rules: readonly FaultRule[]) => {
    for (const warning of ruleChecks.warningsOf(rules)) app.log.warn(warning)
  }
  const state = createState({ ...parts, clearCaches, warnOfRules })
  const knownAccounts = createKnownAccounts(parts)
  const reset = createReset(parts, knownAccounts)
  const controls = createControls({ ...parts, reset, ruleChecks, closing: closing.signal })
  const resources = {
    ...createResources(parts),
    listings: createListings({ ...parts, auth: config.auth, knownAccounts }),
  }
  let tls: Address | undefined
  const app = await createServer({
    api: createApi({ ...parts, answerCall: answerCallOf(parts) }),
    example,
    control: {
      ...parts,
      ...controls,
      ...resources,
      knownAccounts,
      state,
      tlsAddress: () => tls,
      sshAddress: () => ssh?.address(),
      token: config.controlToken,
      closing: closing.signal,
      access: createAccess(config, isServiceHost),
      isReady: () => !closing.signal.aborted,
      trustedCertificate: parts.tls.trusted,
    },
    closing: closing.signal,
    log: log && { level: config.logLevel, stream: log },
    timeouts,
  })
  const connectProxy = createConnectProxy({
    http: app.server,
    identity: parts.tls,
    answersSent: pendingAnswersSent,
    answerAndClose,
    timeoutMs: timeouts.headers,
    onRefused: (target) => app.log.warn({ target: redactText(target, isSecret) }, 'CONNECT target refused'),
    onFailed: (error) => app.log.error({ err: error }, 'TLS has no certificate'),
  })
  const logins = loadLogins({ ...parts, accountsAtStart: knownAccounts.atStart, log: app.log })
  const ssh = await logins.catch(async (error: unknown) => {
    await closeOnce(parts, app, connectProxy, undefined)()
    throw error
  })
  const close = closeOnce(parts, app, connectProxy, ssh)
  warnOfRules(parts.faultsAtStart)
  if (config.auth === 'strict' && parts.accounts.credentials.length === 0) app.log.warn(noCredentials)
  void parts.threads.slow.then((reason) => app.log.warn(reason))
  try {
    const address = await listen(app, config.host, config.port)
    const { host, tlsPort, sshPort } = config
    app.server.on('error', (error) => app.log.error({ err: error }, 'server error'))
    const beside = { host, log: app.log }
    tls = tlsPort === undefined ? undefined : await listenBeside(await connectProxy.tls(), 'https', tlsPort, beside)
    if (sshPort !== undefined) await ssh?.listen((server) => listenBeside(server, 'ssh', sshPort, beside))
    const projectIds = store.commonProjects.list().map(({ projectId }) => projectId)
    const common = { projectIds, keyPairLimit: store.keyPairLimit() }
    // After the ready line
    setImmediate(parts.activity.leave)
    const { unref } = connectProxy
    const certificate = parts.tls.trusted
    const described = { tls, ssh: ssh?.address(), example, common, certificate, openapi: parts.openapi }
    return { ...address, ...described, ...controls, ...resources, state, keys, clock, unref, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Composed = Awaited<ReturnType<typeof createParts>>

/** Creates the parts that have a state, in the order in which they need each other. */
async function createParts(config: Config, replaced: Partial<Parts>, threads: KeyThreads) {
  const fixtures = replaced.fixtures ?? config.fixtures
  // Loaded only when there is a document to read, so that the emulator is ready sooner without
  const reader = fixtures === undefined ? undefined : await import('./state/read-fixture.ts')
  const fixture = (await reader?.loadFixture(fixtures ?? {}, publicKeyMaker({ ...config, threads }))) ?? {}
  const frozen = config.clock && { frozen: config.clock }
  const clock = createClock(replaced.now ?? createSystem().now, frozen, clockState(fixture.clock))
  const system = createSystem({ seed: config.seed, now: clock.now })
  const ids = createIds(system, fixture.requests)
  const activity = createActivity(1)
  const makeKey = async (bits: number) => (await makeKeyPair(threads, bits)).privateKey
  const tls = createTlsIdentity({ ...config, names: certificateNames(config.tlsNames), isServiceHost, makeKey })
  // A file that cannot be used must end the start, not the first request
  if (config.tlsCa !== undefined) await tls.trusted()
  const routes: ControlRoute[] = []
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const accounts = createAccounts(config.accounts, startingCredentials(fixture, config.credential), config.controlToken)
  assertNoSecrets('--fixtures', fixture, accounts)
  const { accountOf, containsSecret: isSecret, isSecretName } = accounts
  const builtIn = builtInFaults(config.latency, config.rateLimit)
  const faults = createFaults({ system, builtIn, ...(fixture.faults && { atStart: fixture.faults }), accountOf })
  const complete = completeFixture(fixture, config, system.now())
  const start = documentOf(complete)
  const { store = openStore(complete, start, { config, ids, system }), timeouts = defaultTimeouts } = replaced
  const keySource = { ...config, createCount: store.createCount, firstAccount: defaultAccount, activity, threads }
  const keys = replaced.keys ?? openKeySource(keySource)
  const journal = createJournal(config.journalSize)
  const { auth: mode, authWindow: window, nonceCheck } = config
  const checks = { mode, accounts, window, nonceCheck: nonceCheck === 'on', now: system.now }
  const authentication = createAuthentication(checks)
  const protocols = createProtocols(accounts, authentication, serviceLookup(actions))
  const openapi = loadOpenApi({ actions, routes, paths: pathOfVersion, config, version })
  const lasting = { config, start, clock, system, ids, activity, tls, closing, accounts, faults, store }
  const secretIdWarning = createSecretIdWarning(accounts)
  const answering = { authentication, protocols, timeouts, secretIdWarning, faultsAtStart: complete.faults ?? [] }
  return { ...lasting, ...answering, routes, openapi, threads, keys, journal, isSecret, isSecretName }
}

/** What answers a call: the dispatcher with the rules around it. */
function answerCallOf({ config, store, keys, ids, system, faults, closing, activity, accounts }: Composed) {
  const { credentialOf } = accounts
  const dispatcher = createDispatcher({
    actions,
    contextFor: ({ account, region, language }, caller) => ({
      namespace: store.namespace(account ?? defaultAccount),
      keys,
      ids,
      system,
      caller,
      region,
      language,
      operationEnds: () => addTime(system.now(), config.operationDelay),
    }),
    strict: config.auth === 'strict',
  })
  const requestFaults = config.requestFaults === 'on'
  return applyRules({ dispatcher, faults, requestFaults, closing: closing.signal, activity, credentialOf })
}
