import { maxTimerMs } from './limits.ts'

/** Keeps the process alive for something that is awaited: the threads that make keys, and an emulator, do not. */
export async function keepAlive<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, maxTimerMs)
  return work.finally(() => clearInterval(timer))
}
