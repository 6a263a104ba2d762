import { Worker } from 'node:worker_threads'
import { ShuttingDown } from '../core/shutting-down.js'

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

/** Threads are started when they are needed, one after another, and stay. */
export function createPrimeThreads({ seed, bits, threads }: PrimeThreadsOptions): PrimeThreads {
  const tasks: Task[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Task>()
  let closed = false

  const start = (): Worker => {
    const worker = new Worker(new URL('./prime-worker.js', import.meta.url), { workerData: { seed, bits } })
    worker.unref()
    worker.on('message', (prime: bigint) => {
      const task = busy.get(worker)
      busy.delete(worker)
      idle.push(worker)
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
      const worker = idle.pop() ?? start()
      const task = tasks.shift()
      if (!task) return
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
      for (const worker of [...idle.splice(0), ...busy.keys()]) void worker.terminate()
      busy.clear()
    },
  }
}
