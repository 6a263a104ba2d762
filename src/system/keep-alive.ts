/** A timer of Node can have no more. */
const longestTimerMs = 2 ** 31 - 1

/** Keeps the process alive for something that is awaited: the threads that make keys, and an emulator, do not. */
export async function keepAlive<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, longestTimerMs)
  return work.finally(() => clearInterval(timer))
}
