import type { Emulator } from '../../src/emulator.ts'
import type { AnyAnswer } from './api.ts'

/** The two ways to use the control interface. */
export const ways = ['over HTTP', 'through the object'] as const

/** Calls the control interface and returns status and JSON. */
export async function control(url: string, method: string, path: string, body?: unknown) {
  const init =
    body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${url}/_emulator${path}`, init)
  return { status: response.status, body: (await response.json()) as AnyAnswer }
}

/** The control interface by HTTP or the object. A refused call rejects with the message of the error. */
export function controls(emulator: Emulator, way: (typeof ways)[number]) {
  const { url, state, faults, clock, limits, journal } = emulator
  const send = async (method: string, path: string, sent?: unknown) => {
    const { status, body } = await control(url, method, path, sent)
    if (status >= 400) throw new Error(body.error.message)
    return body
  }
  const query = (params: object) => {
    const texts = Object.entries(params).map(([name, value]) => [
      name,
      value instanceof Date ? value.toISOString() : `${value}`,
    ])
    return new URLSearchParams(Object.fromEntries(texts))
  }
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as AnyAnswer
  if (way === 'over HTTP') {
    return {
      reset: (account?: string, options = {}) =>
        send('POST', '/reset', { ...(account !== undefined && { account }), ...options }),
      exportState: () => send('GET', '/state'),
      importState: (document: unknown) => send('PUT', '/state', document),
      addFault: async (rule: object) => (await send('POST', '/faults', rule)).fault,
      faults: async () => (await send('GET', '/faults')).faults,
      removeFault: (id?: string) => send('DELETE', id === undefined ? '/faults' : `/faults/${id}`),
      freeze: (time?: string) => send('POST', '/clock/freeze', { ...(time !== undefined && { time }) }),
      setClock: (time: string) => send('POST', '/clock/set', { time }),
      advance: (milliseconds: number) => send('POST', '/clock/advance', { milliseconds }),
      resume: () => send('POST', '/clock/resume'),
      resetClock: () => send('POST', '/clock/reset'),
      clock: () => send('GET', '/clock'),
      limit: async (account?: string) =>
        (await send('GET', `/limits?${query(account === undefined ? {} : { account })}`)).keyPairs,
      setLimit: (keyPairs: number | null, account?: string) =>
        send('POST', '/limits', { keyPairs, ...(account !== undefined && { account }) }),
      journal: async (wanted: object = {}) => (await send('GET', `/journal?${query(wanted)}`)).entries,
      count: async (wanted: object = {}) => (await send('GET', `/journal/count?${query(wanted)}`)).count,
      waitFor: async (wanted: object, options: object = {}) =>
        (await send('GET', `/journal/wait?${query({ ...wanted, ...options })}`)).entries,
    }
  }
  return {
    reset: async (account?: string, options = {}) => emulator.reset(account, options),
    exportState: async () => plain(state.export()),
    importState: (document: AnyAnswer) => state.import(document),
    addFault: async (rule: AnyAnswer) => plain(faults.add(rule)),
    faults: async () => plain(faults.list()),
    removeFault: async (id?: string) => faults.remove(id),
    freeze: async (time?: string) => clock.freeze(time === undefined ? undefined : new Date(time)),
    setClock: async (time: string) => clock.set(new Date(time)),
    advance: async (milliseconds: number) => clock.advance(milliseconds),
    resume: async () => clock.resume(),
    resetClock: async () => clock.reset(),
    clock: async () => ({ time: clock.now().toISOString(), frozen: clock.isFrozen }),
    limit: async (account?: string) => limits.keyPairs(account),
    setLimit: async (keyPairs: number | null, account?: string) => limits.setKeyPairs(keyPairs ?? undefined, account),
    journal: async (wanted: AnyAnswer = {}) => {
      const { limit, ...rest } = wanted
      return plain(journal.find(rest, limit))
    },
    count: async (wanted: AnyAnswer = {}) => journal.count(wanted),
    waitFor: async (wanted: AnyAnswer, options: object = {}) => plain(await journal.waitFor(wanted, options)),
  }
}
