import { connect, type Emulator, type EmulatorOptions } from '../../src/emulator.ts'
import type { AnyAnswer } from './api.ts'
import { start } from './emulator.ts'

/** The two ways to use the control interface. */
export const ways = ['over HTTP', 'through the object'] as const

/** Starts an emulator and returns one of its two objects. */
export async function openEmulator(way: (typeof ways)[number], options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await start(options)
  const { controlToken: token } = options
  return way === 'over HTTP' ? connect(emulator.url, token === undefined ? {} : { token }) : emulator
}

/** Calls the control interface and returns status and JSON. */
export async function control(url: string, method: string, path: string, body?: unknown) {
  const init =
    body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${url}/_emulator${path}`, init)
  return { status: response.status, body: (await response.json()) as AnyAnswer }
}

/** The control interface through the object of `connect` or of `startEmulator`. A refused call rejects with a message. */
export function controls(emulator: Emulator, way: (typeof ways)[number]) {
  const object = way === 'over HTTP' ? connect(emulator.url) : Promise.resolve(emulator)
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as AnyAnswer
  const toDate = (time: string | undefined) => (time === undefined ? undefined : new Date(time))
  return {
    reset: async (account?: string, options = {}) => (await object).reset(account, options),
    exportState: async () => plain(await (await object).state.export()),
    importState: async (document: AnyAnswer) => (await object).state.import(document),
    addFault: async (rule: AnyAnswer) => plain(await (await object).faults.add(rule)),
    faults: async () => plain(await (await object).faults.list()),
    removeFault: async (id?: string) => (await object).faults.remove(id),
    freeze: async (time?: string) => (await object).clock.freeze(toDate(time)),
    setClock: async (time: string) => (await object).clock.set(new Date(time)),
    advance: async (milliseconds: number) => (await object).clock.advance(milliseconds),
    resume: async () => (await object).clock.resume(),
    resetClock: async () => (await object).clock.reset(),
    clock: async () => {
      const { clock } = await object
      return { time: (await clock.now()).toISOString(), frozen: await clock.isFrozen() }
    },
    limit: async (account?: string) => (await object).limits.keyPairs(account),
    setLimit: async (keyPairs: number | null, account?: string) =>
      (await object).limits.setKeyPairs(keyPairs ?? undefined, account),
    journal: async (wanted: AnyAnswer = {}) => {
      const { limit, ...rest } = wanted
      return plain(await (await object).journal.find(rest, limit))
    },
    count: async (wanted: AnyAnswer = {}) => (await object).journal.count(wanted),
    waitFor: async (wanted: AnyAnswer, options: object = {}) =>
      plain(await (await object).journal.waitFor(wanted, options)),
  }
}
