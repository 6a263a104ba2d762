import { createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { AccountSummary } from '../client/emulator.ts'
import { type ApiCall, type ApiExchange, type Control, callApi } from './api.ts'
import type { OpenApi, Operation } from './description.ts'
import type { Topic } from './form.tsx'
import type { Credential } from './sign.ts'
import type { Entry } from './stream.ts'

/** What all views share: the emulator, what was read of its journal, and the SecretKeys that the user entered. */
export interface Session {
  readonly control: Control
  readonly document: OpenApi
  readonly operations: readonly Operation[]
  readonly accounts: readonly AccountSummary[]
  /** The last requests to the API, newest first, at most `maxEntries`. */
  readonly entries: readonly Entry[]
  /** How many entries this page could not get. */
  readonly missed: number
  readonly isConnected: boolean
  /** Rises with every batch of entries, and after every change by this page: a reason to read again. */
  readonly changes: number
  /** Says that this page changed something by a control route, and which entries are gone from the journal since. */
  changed(isGone?: (entry: Entry) => boolean): void
  /** The credentials by account; only the memory of this page has them. */
  readonly credentials: ReadonlyMap<string, Credential | undefined>
  setCredentials(credentials: ReadonlyMap<string, Credential | undefined>): void
  /** Opens a dialog in place of the one that is open, or closes that. */
  ask(topic?: Topic): void
}

export const maxEntries = 2000

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('no session')
  return session
}

/** A function that calls an action as an account, signed when its credential is known, and at the emulator's time. */
export function useCall(): (call: Omit<ApiCall, 'credential' | 'time'>) => Promise<ApiExchange> {
  const { control, credentials } = useSession()
  return async (call) => {
    const { time } = await control<{ readonly time: string }>('GET', 'clock')
    return callApi({ ...call, credential: credentials.get(call.account), time: new Date(time) })
  }
}

/**
 * Reads something now, when `deps` change, and after changes, at most twice a second; with `everyMs`, also from time to time.
 * An error is the result of a read that failed; only after a change of `deps` it replaces what was read before.
 */
export function useLive<T>(
  read: () => Promise<T>,
  deps: readonly unknown[],
  { everyMs = 0, changes = useSession().changes } = {},
) {
  const [state, setState] = useState<{ readonly value?: T; readonly error?: unknown }>({})
  const last = useRef({ read, turn: 0, shown: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined })
  last.current.read = read
  const load = (isNew = false) => {
    const turn = ++last.current.turn
    const settle = (next: typeof state) => {
      // A later read may have overtaken this one; one that has only started has not, since reads may be slow
      if (turn < last.current.shown) return
      last.current.shown = turn
      setState((old) => (isNew || !('error' in next) ? next : { ...old, ...next }))
    }
    const refused = (error: unknown) => settle({ error })
    last.current.read().then((value) => settle({ value }), refused)
  }
  useEffect(() => load(true), deps)
  useEffect(() => {
    if (changes === 0 || last.current.timer) return
    last.current.timer = setTimeout(() => {
      last.current.timer = undefined
      load()
    }, 500)
  }, [changes])
  useEffect(() => {
    const timer = everyMs > 0 ? setInterval(() => load(), everyMs) : undefined
    return () => [timer, last.current.timer].map(clearInterval)
  }, [])
  return state
}
