import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ShuttingDown } from '../system/errors.ts'

/** In the same folder and with the same extension as this module, in the sources and in the build. */
const workerFile = new URL(`./prime-worker${extname(import.meta.url)}`, import.meta.url)

/** Identifies a prime: the same seed, size and label give the same prime. */
export type PrimeLabel = readonly (string | number)[]

/** Finds primes on worker threads. */
export interface PrimeThreads {
  /** Maximum number of primes that are searched for at the same time. */
  readonly threads: number
  /** Finds the prime that follows from seed, size and this label. Requests are processed in order. */
  prime(label: PrimeLabel): Promise<bigint>
  /** Rejects every pending request with `ShuttingDown`, at once. Resolves when all threads have ended. */
  close(): Promise<void>
}

interface Task extends PromiseWithResolvers<bigint> {
  readonly label: PrimeLabel
}

interface PrimeThreadsOptions {
  readonly seed: string
  /** The size of each prime, in bits. */
  readonly bits: number
  readonly threads: number
}

/** A search produces much garbage: without these limits each thread would keep tens of megabytes of it. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 }

/** How long a thread may be idle before it ends: it holds ten megabytes, and a new one starts quickly. */
const idleTimeoutMs = 1000

/** Creates up to `threads` worker threads, each when it is first needed. */
export function createPrimeThreads({ seed, bits, threads }: PrimeThreadsOptions): PrimeThreads {
  const tasks: Task[] = []
  /** Each idle thread with the timer that ends it. */
  const idle = new Map<Worker, NodeJS.Timeout>()
  const busy = new Map<Worker, Task>()
  /** Each running thread, with a promise that it has loaded its modules. */
  const running = new Map<Worker, Promise<void>>()
  let closed = false

  const markIdle = (worker: Worker) => {
    const end = () => {
      idle.delete(worker)
      void worker.terminate()
    }
    idle.set(worker, setTimeout(end, idleTimeoutMs).unref())
  }

  /** The thread that became idle last, so that the others can time out. */
  const takeIdle = (): Worker | undefined => {
    const [worker, timer] = [...idle].at(-1) ?? []
    clearTimeout(timer)
    if (worker) idle.delete(worker)
    return worker
  }

  const startThread = (): Worker => {
    const worker = new Worker(workerFile, { workerData: { seed, bits }, resourceLimits })
    worker.unref()
    const { promise: loaded, resolve: resolveLoaded } = Promise.withResolvers<void>()
    running.set(worker, loaded)
    worker.once('message', () => resolveLoaded())
    worker.once('exit', () => {
      running.delete(worker)
      resolveLoaded()
    })
    const takeTask = () => {
      const task = busy.get(worker)
      busy.delete(worker)
      return task
    }
    worker.on('message', (prime: bigint | 'loaded') => {
      if (prime === 'loaded') return
      takeTask()?.resolve(prime)
      markIdle(worker)
      assignTasks()
    })
    worker.on('error', (error) => {
      takeTask()?.reject(error)
      assignTasks()
    })
    return worker
  }

  const assignTasks = () => {
    while (busy.size < threads) {
      const task = tasks.shift()
      if (!task) return
      const worker = takeIdle() ?? startThread()
      busy.set(worker, task)
      worker.postMessage(task.label)
    }
  }

  return {
    threads,
    async prime(label) {
      if (closed) throw new ShuttingDown()
      const task = { label, ...Promise.withResolvers<bigint>() }
      tasks.push(task)
      assignTasks()
      return task.promise
    },
    async close() {
      closed = true
      for (const { reject } of [...tasks.splice(0), ...busy.values()]) reject(new ShuttingDown())
      for (const timer of idle.values()) clearTimeout(timer)
      idle.clear()
      busy.clear()
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
