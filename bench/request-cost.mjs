import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leanClient, load, median } from './client.mjs'
import { launchBare, launchEmulator } from './processes.mjs'
import { ask, credential, describe, isBare, isOnePair, publicKeyBlob, signedDescribe } from './requests.mjs'

const connections = 16
const rounds = 7
const warmUp = 20_000
const each = 8_000

/** A thousand key pairs of the right form, and no more. */
const keyPairs = Array.from({ length: 1000 }, (_, index) => {
  const modulus = Buffer.alloc(256, 1)
  modulus.writeUInt32BE(index, 100)
  const keyId = `skey-${String(index).padStart(8, '0')}`
  return { keyId, keyName: `k${index}`, publicKey: `ssh-rsa ${publicKeyBlob(modulus)}` }
})
const state = { credentials: [{ ...credential, account: 'default' }], keyPairs }

let turn = 0
const nextId = () => ({ 'KeyIds.0': keyPairs[turn++ % keyPairs.length].keyId })
const kinds = {
  describeCost: ['off', () => describe(nextId()), isOnePair],
  signedCost: ['strict', () => signedDescribe(nextId()), isOnePair],
}

/** The microseconds of its processor that the process spends in its own code, for each of a number of requests. */
async function userMicroseconds(server, next, check, count) {
  const requests = Array.from({ length: count }, next)
  const before = await server.tell('userTime')
  const until = () => requests.length === 0
  await load(server.port, { connections, client: leanClient, next: () => requests.pop(), check, until })
  return ((await server.tell('userTime')) - before) / count
}

/** What a request costs the emulator, with its log, and the bare route without; the medians, and how far the ratios spread. */
async function cost(fixtures, [auth, next, check]) {
  const [emulator, bare] = [await launchEmulator({ poolSize: 0, auth, fixtures }), await launchBare('silent')]
  await bare.tell('size', (await ask(emulator.port, next())).length)
  const ours = (count) => userMicroseconds(emulator, next, check, count)
  const route = (count) => userMicroseconds(bare, next, isBare, count)
  await ours(warmUp)
  await route(warmUp)
  const measured = []
  for (let round = 0; round < rounds; round++) measured.push({ ours: await ours(each), bare: await route(each) })
  await emulator.close()
  await bare.close()
  const ratios = measured.map((round) => round.ours / round.bare)
  return {
    ours: median(measured.map((round) => round.ours)),
    bare: median(measured.map((round) => round.bare)),
    ratio: median(ratios),
    spread: (Math.max(...ratios) - Math.min(...ratios)) / median(ratios),
  }
}

/** The cost of a request of each kind, and of the same bytes to the bare route with an answer of the same size. */
export async function requestCosts(names = Object.keys(kinds)) {
  // A file, since the arguments of a process may not be that long
  const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-bench-'))
  const fixtures = join(folder, 'state.json')
  writeFileSync(fixtures, JSON.stringify(state))
  const costs = {}
  for (const name of names) costs[name] = await cost(fixtures, kinds[name])
  rmSync(folder, { recursive: true })
  return costs
}

if (import.meta.main) {
  const names = process.argv.slice(2)
  const costs = await requestCosts(names.length > 0 ? names : undefined)
  for (const [name, { ours, bare, ratio, spread }] of Object.entries(costs)) {
    const figures = [`${ours.toFixed(1)} µs`, `bare ${bare.toFixed(1)} µs`, `${ratio.toFixed(2)}×`]
    process.stdout.write(`${name}: ${figures.join(', ')}, spread ${spread.toFixed(2)}\n`)
  }
}
