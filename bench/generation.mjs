import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { load } from './client.mjs'
import { compare } from './compare.mjs'
import { launch, launchEmulator } from './processes.mjs'
import { create, isCreated } from './requests.mjs'

const cores = availableParallelism()

/** Throws unless all keys differ, and a sample of them is what openssl calls sound. */
function proveKeys(bodies) {
  const keys = bodies.map((body) => JSON.parse(body).Response.KeyPair)
  const moduli = new Set(keys.map(({ PublicKey }) => PublicKey.split(' ')[1]))
  if (moduli.size !== keys.length) throw new Error(`${keys.length} keys have ${moduli.size} moduli`)
  for (let index = 0; index < keys.length; index += Math.ceil(keys.length / 5)) {
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

/** What Node's generator makes, so many keys at once. */
const generator = async (bits, atOnce, milliseconds) =>
  (await launch('./raw-generator.mjs', String(bits), String(atOnce), String(milliseconds))).told

/** Creates per second with nothing ready and enough clients for all cores, against the generator on all cores. */
export async function sustained(keyBits, milliseconds) {
  const emulator = await launchEmulator({ keyBits, poolSize: 0, keyPairLimit: 100_000 })
  await creates(emulator.port, 2 * cores, (_count, passed) => passed >= 1000)
  const result = await compare(
    () => creates(emulator.port, 2 * cores, (_count, passed) => passed >= milliseconds),
    () => generator(keyBits, cores, milliseconds),
    (ours, theirs) => ours.perSecond / theirs.perSecond,
  )
  await emulator.close()
  return result
}

/** Creates of one client, one after the other with nothing ready, against one key after the other of the generator. */
export async function oneByOne(keyBits, count) {
  const emulator = await launchEmulator({ keyBits, poolSize: 0, keyPairLimit: 100_000 })
  await creates(emulator.port, 1, (done) => done >= 5)
  const result = await compare(
    () => creates(emulator.port, 1, (done) => done >= count),
    () => generator(keyBits, 1, 2500),
    (ours, theirs) => ours.p50 / theirs.p50,
  )
  await emulator.close()
  return result
}

/** 100 creates that come all at once to an emulator that has just started, against 100 keys of the generator. */
export async function coldStart(keyBits) {
  const burst = async () => {
    const emulator = await launchEmulator({ keyBits })
    let left = 100
    const next = () => (left-- > 0 ? create() : undefined)
    const { seconds } = await load(emulator.port, { connections: 100, next, check: isCreated, until: () => false })
    await emulator.close()
    return { seconds }
  }
  return compare(
    burst,
    async () => ({ seconds: 100 / (await generator(keyBits, cores, 2000)).perSecond }),
    (ours, theirs) => ours.seconds / theirs.seconds,
  )
}
