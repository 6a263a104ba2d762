import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own; its log goes nowhere. */
export async function launch(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ['ignore', 'ignore', process.env.BENCH_STDERR ? 'inherit' : 'ignore', 'ipc'],
    execArgv: process.env.BENCH_NODE?.split(' ') ?? [],
  })
  const told = () =>
    new Promise((resolve, reject) => {
      const fail = (code) => reject(new Error(`${file} ended with ${code}`))
      child.once('exit', fail)
      child.once('message', (message) => {
        child.off('exit', fail)
        resolve(message)
      })
    })
  const first = await told()
  return {
    /** What it said first. */
    told: first,
    port: first.port,
    pid: child.pid,
    async tell(command, argument) {
      const answered = told()
      child.send({ command, argument })
      return (await answered).answer
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}

export const launchEmulator = (options = {}) => launch('./emulator-server.mjs', JSON.stringify(options))
export const launchBare = (log = 'loud') => launch('./bare-server.mjs', log)
