import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { RsaKeyPair } from './key-source.ts'
import type { KeyTask, PrimeOrigin } from './key-worker.ts'

/** In the same folder and with the same extension as this module, in the sources and in the build. */
const workerFile = new URL(`./key-worker${extname(import.meta.url)}`, import.meta.url)

interface PendingTask extends PromiseWithResolvers<unknown> {
  readonly task: KeyTask
  readonly gone: AbortSignal | undefined
  urgent: boolean
}

/** Without limits a thread keeps tens of megabytes of garbage; with flags such as `--input-type` it may not start. */
const workerOptions = { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 } }

const slowness = 'OpenSSL refuses RSA without padding here, so primes are tested more slowly, by checkPrime of Node'

export type KeyThreads = ReturnType<typeof createKeyThreads>

/**
 * Creates up to `count` worker threads, each when it is first needed, which make all keys of an emulator: in order, one at a
 * time unless somebody waits. Idle threads stay, since another start would take longer than a key.
 */
export function createKeyThreads(count = Math.min(availableParallelism(), 4)) {
  const tasks: PendingTask[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, PendingTask>()
  /** With a promise that the thread has loaded its modules. */
  const running = new Map<Worker, Promise<void>>()
  const slow = Promise.withResolvers<string>()
  let closed = false

  /** Whether somebody waits for a task. */
  const isHurrying = () => [...tasks, ...busy.values()].some(({ urgent }) => urgent)

  const takeTask = (worker: Worker) => {
    const task = busy.get(worker)
    busy.delete(worker)
    return task
  }

  const startThread = (): Worker => {
    const worker = new Worker(workerFile, workerOptions)
    worker.unref()
    const loaded = Promise.withResolvers<void>()
    running.set(worker, loaded.promise)
    worker.once('message', ({ isFast }: { readonly isFast: boolean }) => {
      loaded.resolve()
      if (!isFast) slow.resolve(slowness)
      worker.on('message', (result: unknown) => {
        idle.push(worker)
        takeTask(worker)?.resolve(result)
        assignTasks()
      })
      worker.unref() // Otherwise this listener would keep the process alive
    })
    worker.on('error', (error) => takeTask(worker)?.reject(error))
    worker.once('exit', () => {
      running.delete(worker)
      loaded.resolve()
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      takeTask(worker)?.reject(new Error('A thread that makes keys has ended.'))
      assignTasks()
    })
    return worker
  }

  const assignTasks = () => {
    while (busy.size < (isHurrying() ? count : 1)) {
      // To start another thread would take longer than a few short searches
      const isShort = tasks.length < 3 && tasks.every(({ task }) => 'primes' in task || task.bits < 1024)
      if (idle.length === 0 && running.size > 0 && isShort) return
      const task = closed ? undefined : tasks.shift()
      if (!task) return
      try {
        if (task.gone?.aborted) throw new CallerGone()
        const worker = idle.pop() ?? startThread()
        busy.set(worker, task)
        worker.postMessage(task.task)
      } catch (error) {
        task.reject(error)
      }
    }
  }

  const perform = async (task: KeyTask, add: 'push' | 'unshift', gone?: AbortSignal): Promise<unknown> => {
    if (closed) throw new ShuttingDown()
    const pending = { task, gone, urgent: add === 'unshift', ...Promise.withResolvers<unknown>() }
    tasks[add](pending)
    assignTasks()
    return pending.promise
  }

  return {
    count,
    /** Resolves with the reason if primes are tested slowly. */
    slow: slow.promise,
    isHurrying,
    /** Uses all threads until the tasks of this moment are done, because somebody waits for them. */
    hurry() {
      for (const task of [...tasks, ...busy.values()]) task.urgent = true
      assignTasks()
    },
    /** Finds a prime of `bits` bits: the one that follows from `origin`, or a random one. It is not begun when `gone`. */
    prime: (bits: number, origin?: PrimeOrigin, gone?: AbortSignal) =>
      perform({ bits, origin }, 'push', gone) as Promise<bigint>,
    /** Builds the key pair of two primes, before all other tasks. */
    build: (primes: readonly [bigint, bigint]) => perform({ primes }, 'unshift') as Promise<RsaKeyPair>,
    /** Rejects every pending task with `ShuttingDown`, at once. Resolves when all threads have ended. */
    async close(): Promise<void> {
      closed = true
      for (const { reject } of [...tasks.splice(0), ...busy.values()]) reject(new ShuttingDown())
      await Promise.all([...running].map(([worker, loaded]) => endThread(worker, loaded)))
    },
  }
}

/** Node 22 leaves a file open for ever when a thread is terminated while it opens the file to load it. */
async function endThread(worker: Worker, loaded: Promise<void>): Promise<void> {
  // Otherwise a process that only waits for this would end
  worker.ref()
  await loaded
  await worker.terminate()
}
