import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import { start, temporaryFolder } from './support/emulator.ts'
import { launch } from './support/process.ts'
import { run, testWith } from './support/tools.ts'

testWith('test -e /proc/self/fd')(
  'a process that starts and stops emulators keeps nothing of them',
  () => {
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
  },
  300_000,
)

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
  const emulator = await startEmulator({ port: 0, keyBits: 4096 })
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

test('a start that fails ends the threads that made the keys of its starting state', async () => {
  const threads = runningThreads()
  const keyPairs = ['a', 'b'].map((seed) => ({ keyName: 'same', seed }))
  const failed = startEmulator({ port: 0, keyBits: 1024, fixtures: { keyPairs } })
  await expect(failed).rejects.toThrow('/keyPairs/1/keyName is already used by another key pair')
  expect(threads.size).toBe(0)
})

test('creates, imports and certificates share one pool of threads', async () => {
  const threads = runningThreads()
  const emulator = await start({ keyBits: 1024, tlsPort: 0 })
  const keyPairs = (import_: number) =>
    Array.from({ length: 10 }, (_, index) => ({ keyName: `k${index}`, seed: `${import_} ${index}` }))
  await Promise.all([
    ...Array.from({ length: 10 }, (_, index) => emulator.state.import({ keyPairs: keyPairs(index) })),
    await emulator.keys.prefill(20),
    fetch(`${emulator.url}/_emulator/ca.pem`),
  ])
  expect(threads.size).toBeGreaterThan(0)
  expect(threads.size).toBeLessThanOrEqual(Math.min(availableParallelism(), 4))
})

testWith('mkfifo')('a signal ends a start that generates the keys of many key pairs', async () => {
  const keyPairs = Array.from({ length: 1000 }, (_, index) => ({
    keyName: `k${index}`,
    projectId: 0,
    seed: `${index}`,
  }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const pipe = join(temporaryFolder(), 'fixtures.json')
    expect(run('mkfifo', [pipe]).status).toBe(0)
    const emulator = launch(['--port', '0', '--key-bits', '4096', '--fixtures', pipe])
    // Resolves when the emulator reads it. The keys would take many minutes
    await writeFile(pipe, JSON.stringify({ keyPairs }))
    emulator.child.kill(signal)
    expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
    expect(emulator.stdout() + emulator.stderr()).toBe('')
  }
})
