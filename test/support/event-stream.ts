interface StreamOptions {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens the event stream of the journal. */
export async function openStream(url: string, { query = '', headers = {} }: StreamOptions = {}) {
  const ended = new AbortController()
  const response = await fetch(`${url}/_emulator/journal/stream${query}`, { signal: ended.signal, headers })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    response,
    close: () => ended.abort(),
    /** Reads until the events contain a text; returns all events so far. */
    async until(wanted: string) {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read()
        if (done) return `${text}[end]`
        text += decoder.decode(value, { stream: true })
      }
      return text
    },
  }
}

/** An event as an EventSource reads it. */
export interface StreamEvent {
  readonly name: string
  readonly id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what the event has
  readonly data: any
}

/** Reads the complete events of a text. Comments and `retry` are left out. */
export const readEvents = (text: string): StreamEvent[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => /^data: /m.test(block))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      return { name: field('event') ?? 'message', id: field('id'), data: JSON.parse(field('data') ?? '') }
    })
