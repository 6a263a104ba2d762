import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import { start } from './support/emulator.ts'
import { testWith } from './support/tools.ts'

testWith('test -e /proc/self/fd')('a process that starts and stops emulators keeps nothing of them', () => {
  const script = fileURLToPath(new URL('support/start-and-stop.mjs', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--no-flush-bytecode', script], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const lines = stdout.trim().split('\n')
  const [first, , last] = lines.map((line) => JSON.parse(line) as { heap: number; files: number })
  if (!first || !last) throw new Error(`not three lines: ${stdout}`)
  // Keeping what was compiled for the control routes of each of 100 emulators made it 1.18
  expect(last.heap / first.heap).toBeLessThan(1.08)
  expect(last.files - first.files).toBeLessThan(10)
})

/** The threads of this process that were started during the test and have not ended. */
function runningThreads(): Set<Worker> {
  const running = new Set<Worker>()
  const onWorker = (worker: Worker) => {
    running.add(worker)
    worker.once('exit', () => running.delete(worker))
  }
  process.on('worker', onWorker)
  onTestFinished(() => void process.off('worker', onWorker))
  return running
}

test('close ends every thread, also one that has only begun to load', async () => {
  const threads = runningThreads()
  const emulator = await startEmulator({ port: 0, keyBits: 4096, keySource: 'recombined' })
  // The event of a new thread comes later
  await new Promise(setImmediate)
  expect(threads.size).toBe(1)
  await emulator.close()
  expect(threads.size).toBe(0)
})

test('close rejects at once what waits for keys, and ends the threads that make them', async () => {
  const threads = runningThreads()
  const emulator = await start({ keyBits: 4096, keySource: 'seeded', seed: 'x' })
  const prefill = emulator.keys.prefill(1000)
  const closed = emulator.close()
  await expect(prefill).rejects.toThrow('The emulator is shutting down.')
  await closed
  expect(threads.size).toBe(0)
})
