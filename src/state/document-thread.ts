import { once } from 'node:events'
import { extname } from 'node:path'
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { maxDocumentDepth } from '../rules/rule.ts'
import type { DocumentPart } from '../store/start.ts'
import { InvalidInputError } from '../system/errors.ts'
import { measureJson } from '../system/json-size.ts'
import type { CheckContext, CheckedDocument } from './check-document.ts'
import type { MakePublicKeys } from './read-fixture.ts'

/** What the thread is sent: the bytes of the document, their end and each wish for a portion, and keys that were made. */
export type Request =
  | { readonly chunk: Uint8Array }
  | { readonly next: true }
  | { readonly keys: ReadonlyMap<string, string> }

/** What it answers: seeds of keys to be made, what is wrong, the document, or a portion of it; at the end, nothing. */
export interface Answer {
  readonly seeds?: ReadonlySet<string>
  readonly problem?: string
  readonly rest?: CheckedDocument['rest']
  readonly portion?: readonly DocumentPart[]
}

/** In the same folder and with the same extension as this module, in the sources and in the build. */
const workerFile = new URL(`./document-worker${extname(import.meta.url)}`, import.meta.url)

/** So many chunks of a body are sent in one turn of the event loop. */
const chunksAtATime = 64

/**
 * An upper bound of the memory that the thread needs for a document, in megabytes. V8 ends the process, and not the thread, when
 * it needs much more than the thread may use; so that is found out before. The factors were measured with documents of many
 * shapes, and rounded up. InvalidInputError for a document that is nested too deeply.
 */
async function memoryFor(chunks: readonly Uint8Array[]): Promise<number> {
  const limits = { values: Number.POSITIVE_INFINITY, depth: maxDocumentDepth }
  const { values, depth } = await measureJson(chunks, limits)
  if (depth > maxDocumentDepth) {
    throw new InvalidInputError(`state: the document is nested too deeply: the limit is ${maxDocumentDepth} levels.`)
  }
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
  return Math.ceil(64 + (4 * bytes + 300 * values) / 1_000_000)
}

const tooLarge = (needed: number, free: number) =>
  new InvalidInputError(
    `state: the document may take ${needed} MB of memory while it is read, and ${free} MB are free.`,
  )

/**
 * Reads and checks a document in a thread of its own, so that everybody else is served meanwhile. `chunks` is emptied. The
 * thread ends with `signal`, and whoever waits for it gets the reason. InvalidInputError says what is wrong in the document, or
 * that there is not enough memory.
 */
export async function checkInThread(
  chunks: Uint8Array[],
  context: CheckContext,
  makePublicKeys: MakePublicKeys,
  signal: AbortSignal,
) {
  const needed = await memoryFor(chunks)
  const free = Math.floor(process.availableMemory() / 1_000_000)
  if (needed > free) throw tooLarge(needed, free)
  signal.throwIfAborted()
  const resourceLimits = { maxOldGenerationSizeMb: needed }
  const worker = new Worker(workerFile, { workerData: context, execArgv: [], resourceLimits })
  const ended = new AbortController()
  worker.once('error', (error: NodeJS.ErrnoException) =>
    ended.abort(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(needed, needed) : error),
  )
  const leave = () => ended.abort(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })

  const send = (request: Request) => worker.postMessage(request)
  const receive = async (): Promise<Answer> => {
    // Not a race with a promise that ends last, which would keep every answer until then
    const message = once(worker, 'message', { signal: ended.signal })
    const [answer] = (await message.catch(() => Promise.reject(ended.signal.reason))) as [Answer]
    if (answer.problem !== undefined) throw new InvalidInputError(answer.problem)
    if (!answer.seeds) return answer
    send({ keys: await makePublicKeys(answer.seeds) })
    return receive()
  }
  const close = async () => {
    signal.removeEventListener('abort', leave)
    await worker.terminate()
  }
  const ask = async (): Promise<Answer> => {
    send({ next: true })
    return receive()
  }
  try {
    while (chunks.length > 0) {
      for (const chunk of chunks.splice(0, chunksAtATime)) send({ chunk })
      await nextTurn()
      ended.signal.throwIfAborted()
    }
    const { rest = {} } = await ask()
    const portions = async function* () {
      for (let { portion } = await ask(); portion; { portion } = await ask()) yield portion
    }
    return { rest, portions: portions(), close }
  } catch (error) {
    await close()
    throw error
  }
}
