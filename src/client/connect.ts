import type { JournalEntry, JournalQuery } from '../journal/entry.ts'
import { assertQuery, notify, readWaitOptions, waitTimeout } from '../journal/query.ts'
import { InvalidInputError, messageOf, OperatorError } from '../system/errors.ts'
import type { Emulator } from './emulator.ts'
import { type ControlClient, createControlClient, type Query } from './http.ts'

export { OperatorError } from '../system/errors.ts'
export type * from './emulator.ts'

/** Options of `connect`. */
export interface ConnectOptions {
  /** The value of `--control-token`, if the emulator has one. */
  readonly token?: string
  /** How long to wait until the emulator is ready, in milliseconds; 10000 by default. */
  readonly timeout?: number
}

/** Between two looks into the journal, and between two attempts to reach an emulator that starts. */
const pauseMs = 100

/** A timer can have no more. */
const maxTimeoutMs = 2 ** 31 - 1

/** `fetch` gives up after five minutes without an answer. */
const maxPollMs = 60_000

/**
 * Connects to an emulator that runs elsewhere, such as in a container, and waits until it is ready. Rejects with an
 * OperatorError when it is not, when something else answers at the URL, or when the token is missing or wrong.
 */
export async function connect(url: string | URL, options: ConnectOptions = {}): Promise<Emulator> {
  const base = readUrl(url)
  const { token, timeout = 10_000, ...unknown } = options
  const [name] = Object.keys(unknown)
  if (name !== undefined) throw new OperatorError(`connect: unknown option ${name}; valid options: token, timeout.`)
  if (!(Number.isInteger(timeout) && timeout >= 0 && timeout <= maxTimeoutMs)) {
    throw new OperatorError(`connect: timeout is not an integer from 0 to ${maxTimeoutMs}.`)
  }
  const client = createControlClient(base.origin, token)
  const addresses = await waitUntilReady(client, base, timeout)
  return createEmulator(client, base, addresses)
}

function readUrl(url: string | URL): URL {
  const base = URL.canParse(`${url}`) ? new URL(url) : undefined
  if (base && ['http:', 'https:'].includes(base.protocol)) return base
  const given =
    url === undefined ? 'the URL is missing; `cvm-emulator exec` sets CVM_EMULATOR_URL' : `"${url}" is no URL`
  throw new OperatorError(`connect: ${given}. Give one such as http://127.0.0.1:8213.`)
}

/** The addresses beside that of HTTP. */
type Addresses = Pick<Emulator, 'tls' | 'ssh'>

/** Resolves with the addresses of HTTPS and SSH. */
async function waitUntilReady(client: ControlClient, { origin, hostname }: URL, timeout: number): Promise<Addresses> {
  const late = AbortSignal.timeout(timeout)
  for (let reason = 'It did not answer.'; ; ) {
    try {
      await client.get('/ready', {}, late)
      break
    } catch (error) {
      if (error instanceof InvalidInputError) throw error
      if (late.aborted) throw new OperatorError(`connect: ${origin} was not ready within ${timeout} ms. ${reason}`)
      reason = messageOf(error)
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  const { status, version, tls, ssh } = await client.get('/health')
  if (status !== 'ok' || typeof version !== 'string') throw new OperatorError(`${origin} is no cvm-emulator.`)
  // A route that needs the token
  await client.get('/clock')
  return {
    tls: tls && { url: `https://${hostname}:${tls.port}`, port: tls.port },
    ssh: ssh && { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: ssh.port },
  }
}

const toEntry = (entry: JournalEntry): JournalEntry => ({ ...entry, time: new Date(entry.time) })

const toParameters = ({ since, until, ...query }: JournalQuery): Query => ({
  ...query,
  since: since?.toISOString(),
  until: until?.toISOString(),
})

function createEmulator(client: ControlClient, { origin, port, protocol }: URL, addresses: Addresses): Emulator {
  const { get, post, put, patch, remove } = client
  const closed = new AbortController()
  const find = async (query: JournalQuery = {}, limit?: number) => {
    assertQuery(query)
    const { entries } = await get('/journal', { ...toParameters(query), limit })
    return (entries as JournalEntry[]).map(toEntry)
  }
  const close = async () => closed.abort()
  return {
    url: origin,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    ...addresses,
    reset: async (account, { fixtures } = {}) => (await post('/reset', { account, fixtures })).reset,
    state: {
      export: () => get('/state'),
      import: async (document) => void (await put('/state', document)),
    },
    faults: {
      list: async () => (await get('/faults')).faults,
      add: async (rule) => (await post('/faults', rule)).fault,
      remove: (id) => remove(id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`),
    },
    clock: {
      now: async () => new Date((await get('/clock')).time),
      isFrozen: async () => (await get('/clock')).frozen,
      freeze: async (at) => void (await post('/clock/freeze', { time: at && toTime(at) })),
      set: async (to) => void (await post('/clock/set', { time: toTime(to) })),
      advance: async (milliseconds) => void (await post('/clock/advance', { milliseconds })),
      resume: async () => void (await post('/clock/resume')),
      reset: async () => void (await post('/clock/reset')),
    },
    limits: {
      keyPairs: async (account) => (await get('/limits', { account })).keyPairs,
      async setKeyPairs(limit, account) {
        // In JSON they would be null, which restores the limit
        if (limit !== undefined && !Number.isFinite(limit)) {
          throw new InvalidInputError(`The limit of key pairs must be an integer, not ${limit}.`)
        }
        await post('/limits', { keyPairs: limit ?? null, account })
      },
    },
    accounts: { list: (page = {}) => get('/accounts', { ...page }) },
    keyPairs: { list: (account, options = {}) => get('/key-pairs', { ...options, account }) },
    projects: {
      list: async (account) => (await get('/projects', { account })).projects,
      add: async (project, account) => (await post('/projects', { ...project, account })).added,
      remove: (id, account) => remove(`/projects/${encodeURIComponent(id)}`, { account }),
    },
    instances: {
      list: async (account) => (await get('/instances', { account })).instances,
      add: async (instance, account) => (await post('/instances', { ...instance, account })).instance,
      update: async (id, changes, account) =>
        (await patch(`/instances/${encodeURIComponent(id)}`, { ...changes, account })).instance,
      remove: (id, account) => remove(`/instances/${encodeURIComponent(id)}`, { account }),
    },
    journal: {
      find,
      async count(query = {}) {
        assertQuery(query)
        return (await get('/journal/count', toParameters(query))).count
      },
      async waitFor(query, options) {
        assertQuery(query)
        const { count, timeout, signal } = readWaitOptions(options)
        for (let left = timeout; ; left -= maxPollMs) {
          const poll = { ...toParameters(query), count, timeout: Math.ceil(Math.min(left, maxPollMs)) }
          const { reached, entries } = await get('/journal/wait', poll, signal)
          if (reached) return (entries as JournalEntry[]).map(toEntry)
          // An emulator that is shutting down ends the poll early; then this throws
          await get('/ready', {}, signal)
          if (left <= maxPollMs) throw waitTimeout(query, entries, count, timeout)
        }
      },
      listen: (query, listener) => listen(get, query, listener, closed.signal),
    },
    keys: {
      level: async () => (await get('/health')).keys.ready,
      prefill: async (count) => void (await post('/keys/prefill', { count })),
    },
    certificate: () => client.text('/ca.pem'),
    openapi: () => get('/openapi.json'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function toTime(date: Date): string {
  if (date instanceof Date && !Number.isNaN(+date)) return date.toISOString()
  throw new InvalidInputError('The clock must show a year from 1 to 9999.')
}

/** Looks for new entries now and then. Nothing of it keeps a process alive that has nothing else to do. */
async function listen(
  get: ControlClient['get'],
  query: JournalQuery,
  listener: (entry: JournalEntry) => void,
  closed: AbortSignal,
): Promise<() => void> {
  assertQuery(query)
  let { boot, entries: last } = await get('/journal', { ...toParameters(query), limit: 1 })
  let after = Math.max(last[0]?.sequence ?? 0, query.after ?? 0)
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    closed.removeEventListener('abort', stop)
  }
  const look = async (): Promise<void> => {
    // An emulator that does not answer now may do so later
    const found = await get('/journal', toParameters({ ...query, after })).catch(() => undefined)
    if (found && found.boot !== boot) {
      // It was restarted, and counts from 1 again
      boot = found.boot
      after = 0
      return look()
    }
    for (const entry of found?.entries ?? []) {
      if (timer === undefined) return
      after = entry.sequence
      notify(listener, toEntry(entry))
    }
    if (timer !== undefined) wait()
  }
  const wait = () => {
    timer = setTimeout(look, pauseMs)
    // Browsers have no such method
    ;(timer as { unref?(): unknown }).unref?.()
  }
  closed.addEventListener('abort', stop)
  if (!closed.aborted) wait()
  return stop
}
