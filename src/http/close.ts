import type { FastifyInstance } from 'fastify'
import { lazy } from '../system/lazy.ts'

/** How long requests may go on after the emulator was told to close, in milliseconds. Waits for keys and delays end at once. */
const closingTimeoutMs = 300

interface ClosedParts {
  readonly closing: AbortController
  readonly keys: { close(): void }
  readonly threads: { close(): Promise<void> }
  readonly store: { close(): void }
}

interface ClosedProxy {
  stopListening(): Promise<void>
  destroy(): void
}

/** Closes the emulator; a second call waits for the first. */
export function closeOnce(
  { closing, keys, threads, store }: ClosedParts,
  app: FastifyInstance,
  connectProxy: ClosedProxy,
  ssh: { close(): Promise<void> } | undefined,
): () => Promise<void> {
  const close = async () => {
    closing.abort()
    keys.close()
    const timeout = setTimeout(() => {
      app.server.closeAllConnections()
      connectProxy.destroy()
    }, closingTimeoutMs)
    app.server.closeIdleConnections()
    await Promise.all([app.close(), connectProxy.stopListening(), threads.close(), ssh?.close()])
    clearTimeout(timeout)
    connectProxy.destroy()
    store.close()
  }
  return lazy(close)
}
