import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ShuttingDown } from '../system/errors.ts'

/** The worker is beside this module, as a source or built. */
const workerFile = new URL(`./prime-worker${extname(import.meta.url)}`, import.meta.url)

export type PrimeLabel = readonly (string | number)[]

/** Finds primes away from the event loop. */
export interface PrimeThreads {
  /** How many primes can be looked for at once. */
  readonly threads: number
  /** The prime that follows from seed, size and this label; first asked, first looked for. */
  prime(label: PrimeLabel): Promise<bigint>
  close(): void
}

interface Task {
  readonly label: PrimeLabel
  resolve(prime: bigint): void
  reject(reason: unknown): void
}

interface PrimeThreadsOptions {
  readonly seed: string
  /** The size of each prime. */
  readonly bits: number
  readonly threads: number
}

/** Most of what a search makes is soon garbage: without these each thread would keep tens of megabytes of it. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 }

/** A thread that has had nothing to do for so long ends: it holds ten megabytes, and another starts in no time. */
const idleMilliseconds = 1000

/** Threads are started when they are needed, one after another. */
export function createPrimeThreads({ seed, bits, threads }: PrimeThreadsOptions): PrimeThreads {
  const tasks: Task[] = []
  /** With what will end each. */
  const idle = new Map<Worker, NodeJS.Timeout>()
  const busy = new Map<Worker, Task>()
  let closed = false

  const rest = (worker: Worker) => {
    const end = () => {
      idle.delete(worker)
      void worker.terminate()
    }
    idle.set(worker, setTimeout(end, idleMilliseconds).unref())
  }

  /** The one that has rested for the shortest time. */
  const wake = (): Worker | undefined => {
    const last = [...idle].at(-1)
    if (!last) return undefined
    const [worker, ending] = last
    clearTimeout(ending)
    idle.delete(worker)
    return worker
  }

  const start = (): Worker => {
    const worker = new Worker(workerFile, {
      workerData: { seed, bits },
      resourceLimits,
    })
    worker.unref()
    worker.on('message', (prime: bigint) => {
      const task = busy.get(worker)
      busy.delete(worker)
      rest(worker)
      task?.resolve(prime)
      work()
    })
    worker.on('error', (error) => {
      const task = busy.get(worker)
      busy.delete(worker)
      task?.reject(error)
      work()
    })
    return worker
  }

  const work = () => {
    while (tasks.length > 0 && busy.size < threads && !closed) {
      const task = tasks.shift()
      if (!task) return
      const worker = wake() ?? start()
      busy.set(worker, task)
      worker.postMessage(task.label)
    }
  }

  return {
    threads,
    prime: (label) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new ShuttingDown())
          return
        }
        tasks.push({ label, resolve, reject })
        work()
      }),
    close() {
      closed = true
      for (const { reject } of [...tasks.splice(0), ...busy.values()]) reject(new ShuttingDown())
      for (const ending of idle.values()) clearTimeout(ending)
      for (const worker of [...idle.keys(), ...busy.keys()]) void worker.terminate()
      idle.clear()
      busy.clear()
    },
  }
}
