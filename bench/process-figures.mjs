import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load, median } from './client.mjs'
import { compare } from './compare.mjs'
import { launchEmulator } from './processes.mjs'
import { ask, create, isCreated } from './requests.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const sides = { ours: [file('../dist/main.js'), '--port', '0'], bare: [file('./bare-start.mjs')] }

/** Starts a process; the milliseconds until it says that it is ready. */
function start(args) {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const line = new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))))
  return { child, line, ready: line.then(() => performance.now() - begun) }
}

export const startTimes = () =>
  compare(
    () => medianStart(sides.ours),
    () => medianStart(sides.bare),
    (ours, bare) => ours / bare,
  )

async function medianStart(args) {
  const times = []
  for (let round = 0; round < 5; round++) {
    const { child, ready } = start(args)
    times.push(await ready)
    child.kill('SIGKILL')
  }
  return median(times)
}

/** Seconds of processor time, of all its threads, that a process has used; in Linux these are ticks of 10 ms. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const residentMegabytes = (pid) =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024) / 1e6

/** Processor time in the first 10 seconds, and memory after them, with nobody calling. */
export async function idle() {
  const figures = { ours: { cpu: [], memory: [] }, bare: { cpu: [], memory: [] } }
  const watched = []
  for (let round = 0; round < 3; round++) {
    for (const [side, args] of Object.entries(sides)) {
      const { child, ready } = start(args)
      await ready
      watched.push(
        new Promise((resolve) => setTimeout(resolve, 10_000)).then(() => {
          figures[side].cpu.push(cpuSeconds(child.pid))
          figures[side].memory.push(residentMegabytes(child.pid))
          child.kill('SIGKILL')
        }),
      )
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
  await Promise.all(watched)
  const of = ({ cpu, memory }) => ({ cpuSeconds: median(cpu), megabytes: median(memory) })
  return { ours: of(figures.ours), bare: of(figures.bare) }
}

/** Memory after a thousand creates of 1024 bits. */
export async function memoryAfterCreates() {
  const emulator = await launchEmulator({ keyBits: 1024, keyPairLimit: 1_000_000 })
  await load(emulator.port, { connections: 16, next: create, check: isCreated, until: (count) => count >= 1000 })
  const megabytes = residentMegabytes(emulator.pid)
  await emulator.close()
  return megabytes
}

/** Milliseconds that the first create takes of a client that waited for the ready line; the median. */
export async function firstCreate() {
  const times = []
  for (let round = 0; round < 9; round++) {
    const { child, ready, line } = start(sides.ours)
    await ready
    const port = Number(/:(\d+)\s*$/.exec(await line)[1])
    const begun = performance.now()
    isCreated(await ask(port, create()))
    times.push(performance.now() - begun)
    child.kill('SIGKILL')
  }
  return median(times)
}
