// Starts and stops many emulators in one process while clients call them, and collects garbage in between. Fails when the
// process aborts, a call before the stop gets no answer, or a handle, file descriptor or worker remains after the stop.
//
//   node --expose-gc test/hostile/soak.mjs [--emulators 200] [--seconds 600]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmulator } from 'cvm-emulator'
import { Agent, fetchJson } from './client.mjs'

const { values } = parseArgs({
  options: { emulators: { type: 'string', default: '200' }, seconds: { type: 'string', default: '600' } },
})
if (!globalThis.gc) throw new Error('Run this with node --expose-gc.')

const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-soak-'))
const kinds = [
  () => ({}),
  (index) => ({ data: join(folder, `${index}`), tlsPort: 0 }),
  (index) => ({ keySource: 'seeded', seed: `${index}` }),
]

/** Counts open file descriptors and handles, after closed sockets have been collected. */
async function openResources() {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc()
  }
  const descriptors = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
  const handles = process.getActiveResourcesInfo().filter((name) => name !== 'Immediate')
  return { descriptors, handles: handles.length, names: handles.join(' ') }
}

/** Runs a client that creates key pairs, with and without duplicate names, and lists them until the emulator closes. */
async function call(url, client, agent, onAnswer) {
  const query = (params) => `${url}/v2/index.php?${new URLSearchParams({ Version: '2017-03-12', ...params })}`
  const account = `AKID${client}`
  for (let round = 0; ; round++) {
    const create = { Action: 'CreateKeyPair', SecretId: account, KeyName: `k${round >> 1}`, ProjectId: '0' }
    for (const params of [create, { Action: 'DescribeKeyPairs', SecretId: account }]) {
      const answer = await fetchJson(query(params), agent).catch(() => undefined)
      if (answer === undefined) return
      if (answer.Response.RequestId === undefined)
        throw new Error(`an answer without RequestId: ${JSON.stringify(answer)}`)
      onAnswer()
    }
  }
}

async function runOne(index) {
  const emulator = await startEmulator({ port: 0, keyBits: 1024, ...kinds[index % kinds.length](index) })
  const agent = new Agent({ keepAlive: true })
  let answers = 0
  let clients = []
  await new Promise((resolve, reject) => {
    const onAnswer = () => {
      if (++answers === 20) resolve()
    }
    clients = [0, 1, 2, 3].map((client) => call(emulator.url, client, agent, onAnswer))
    Promise.all(clients).catch(reject)
  })
  globalThis.gc()
  await emulator.close()
  await Promise.all(clients)
  agent.destroy()
  return answers
}

const began = Date.now()
let answers = 0
let started = 0
let before
try {
  for (; started < Number(values.emulators) && Date.now() - began < Number(values.seconds) * 1000; started++) {
    answers += await runOne(started)
    // The first emulator of each kind loads modules that remain loaded
    if (started === kinds.length - 1) before = await openResources()
  }
  const after = await openResources()
  const line = `${process.version}: ${started} emulators, ${answers} answers, ${after.descriptors} descriptors, ${after.handles} handles`
  process.stdout.write(`${line} (${before?.descriptors} and ${before?.handles} after the first ${kinds.length})\n`)
  if (!before || after.descriptors > before.descriptors + 2 || after.handles > before.handles) {
    process.stderr.write(`Handles or descriptors remain after the stop: ${after.names}\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
