import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load, median } from './client.mjs'
import { launchEmulator } from './processes.mjs'
import { create, isCreated } from './requests.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const sides = { ours: [file('../dist/main.js'), '--port', '0'], bare: [file('./bare-start.mjs')] }

/** Starts a process; the milliseconds until it says that it is ready. */
function start(args) {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ready = new Promise((resolve) => child.stdout.once('data', () => resolve(performance.now() - begun)))
  return { child, ready }
}

export async function startTimes() {
  const times = { ours: [], bare: [] }
  for (let round = 0; round < 7; round++) {
    for (const [side, args] of Object.entries(sides)) {
      const { child, ready } = start(args)
      times[side].push(await ready)
      child.kill('SIGKILL')
    }
  }
  const [ours, bare] = [median(times.ours), median(times.bare)]
  return { ours, bare, ratio: ours / bare }
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

/** Memory after 10,000 creates, whose keys share primes since others would take a quarter of an hour. */
export async function memoryAfterCreates(data) {
  const emulator = await launchEmulator({ keySource: 'recombined', keyPairLimit: 1_000_000, ...(data && { data }) })
  await load(emulator.port, { connections: 16, next: create, check: isCreated, until: (count) => count >= 10_000 })
  const megabytes = residentMegabytes(emulator.pid)
  await emulator.close()
  return megabytes
}
