import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { compare } from './against-bare.mjs'
import { load, median } from './client.mjs'
import { launch, launchBare, launchEmulator } from './processes.mjs'
import { create, isBare, isCreated } from './requests.mjs'

const cores = availableParallelism()

/** Throws unless all keys differ, and a sample of them is what openssl calls sound. */
function proveKeys(bodies) {
  const keys = bodies.map((body) => JSON.parse(body).Response.KeyPair)
  const moduli = new Set(keys.map(({ PublicKey }) => PublicKey.split(' ')[1]))
  if (moduli.size !== keys.length) throw new Error(`${keys.length} keys have ${moduli.size} moduli`)
  for (let index = 0; index < keys.length; index += Math.ceil(keys.length / 10)) {
    const { status } = spawnSync('openssl', ['rsa', '-check', '-noout'], { input: keys[index].PrivateKey })
    if (status !== 0) throw new Error(`openssl refuses the key of ${keys[index].KeyName}`)
  }
}

/** Creates over some connections until `until`, each proved. */
async function creates(port, connections, until) {
  const bodies = []
  const check = (body) => {
    isCreated(body)
    bodies.push(body)
  }
  const result = await load(port, { connections, next: create, check, until })
  proveKeys(bodies)
  return result
}

async function rawPerSecond(bits, milliseconds) {
  // As many at once as the emulator makes
  const raw = await launch('./raw-generator.mjs', String(bits), String(cores + 1), String(milliseconds))
  return raw.told.perSecond
}

/** Sustained creates of fresh keys from an empty pool, against the raw generator at the same concurrency. */
export async function sustainedFresh(keyBits, milliseconds) {
  const emulator = await launchEmulator({ keyBits, poolSize: 0, keyPairLimit: 100_000 })
  await creates(emulator.port, 2 * cores, (_count, passed) => passed >= 1000)
  const ours = () => creates(emulator.port, 2 * cores, (_count, passed) => passed >= milliseconds)
  const result = await compare(
    ours,
    async () => ({ perSecond: await rawPerSecond(keyBits, milliseconds) }),
    (one, other) => one.perSecond / other.perSecond,
  )
  await emulator.close()
  return result
}

/** Seconds that 100 creates take which come all at once to an emulator that has just started. */
export async function coldStart(keyBits) {
  const times = []
  for (let round = 0; round < 3; round++) {
    const emulator = await launchEmulator({ keyBits })
    let left = 100
    const next = () => (left-- > 0 ? create() : undefined)
    const { seconds } = await load(emulator.port, { connections: 100, next, check: isCreated, until: () => false })
    times.push(seconds)
    await emulator.close()
  }
  return median(times)
}

/** Creates of keys that share primes, ten seconds in all, against the bare route and the raw generator. */
export async function sustainedRecombined() {
  const options = { keySource: 'recombined', keyPairLimit: 1_000_000 }
  const [emulator, bare] = [await launchEmulator(options), await launchBare()]
  await emulator.tell('prefill', 5000)
  await bare.tell('size', 2400)
  const until = (seconds) => (_count, passed) => passed >= seconds * 1000
  const route = (seconds) => load(bare.port, { connections: 16, next: create, check: isBare, until: until(seconds) })
  await creates(emulator.port, 16, until(1))
  await route(0.5)
  const result = await compare(
    () => creates(emulator.port, 16, until(10 / 3)),
    () => route(1),
    (one, other) => one.perSecond / other.perSecond,
  )
  await emulator.close()
  await bare.close()
  const raw = await rawPerSecond(2048, 5000)
  return { ...result, raw, timesRaw: result.ours.perSecond / raw }
}
