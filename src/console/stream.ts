import type { JournalEntry } from '../journal/entry.ts'
import { tokenHeader } from './api.ts'

/** An entry as JSON has it. Its `eventId` names it also among those of an emulator that was restarted. */
export type Entry = Omit<JournalEntry, 'time'> & { readonly time: string; readonly eventId: string }

interface StreamEvents {
  /** New entries, several at a time. */
  onEntries(entries: readonly Entry[]): void
  /** How many entries the emulator no longer has, or did not send because this page was slow. */
  onMissed(count: number): void
  onConnected(isConnected: boolean): void
}

/** Between two attempts to connect, and between two updates of the page, in milliseconds. */
const retryMs = 1000
const batchMs = 500

/** Reads the stream of the journal until `closed`, from the last event that was read. Reads by `fetch`, which sends the token. */
export async function readStream(token: string | undefined, events: StreamEvents, closed: AbortSignal): Promise<void> {
  let lastId: string | undefined
  let batch: Entry[] = []
  const flush = (): void => {
    const entries = batch
    batch = []
    if (!closed.aborted) events.onEntries(entries)
  }
  const handle = (event: string) => {
    const { id, event: name, data } = readEvent(event)
    if (data === undefined) return
    lastId = id ?? lastId
    if (name !== undefined) return events.onMissed(JSON.parse(data).count ?? 0)
    batch.push({ ...JSON.parse(data), eventId: id })
    if (batch.length === 1) setTimeout(flush, batchMs)
  }
  while (!closed.aborted) {
    try {
      const path = lastId === undefined ? 'journal/stream?after=0' : 'journal/stream'
      const headers = { ...tokenHeader(token), ...(lastId !== undefined && { 'Last-Event-ID': lastId }) }
      const response = await fetch(path, { headers, signal: closed })
      if (!response.ok || !response.body) throw new Error(`${response.status}`)
      events.onConnected(true)
      let rest = ''
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const parts = (rest + read.value).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) handle(part)
      }
    } catch {
      // It is tried again
    }
    if (closed.aborted) return
    events.onConnected(false)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

/** Lines end at a line feed alone: texts of requests may contain U+2028, at which `$` and `.` would end one, too. */
const readEvent = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/(?<=^|\n)(\w+): ?([^\n]*)/g)].map(([, name, value]) => [name, value]))
