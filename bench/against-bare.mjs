import { leanClient, load, nodeClient } from './client.mjs'
import { compare, rounds } from './compare.mjs'
import { launchBare, launchEmulator } from './processes.mjs'
import {
  ask,
  create,
  describe,
  importKey,
  isBare,
  isCreated,
  isImported,
  isOnePair,
  publicKeyBlob,
} from './requests.mjs'

/** Sequential creates from a pool, against as many requests to the bare route with an answer of the same size. */
export async function pooledCreates() {
  const creates = 900
  const [emulator, bare] = [await launchEmulator({ keyBits: 1024, keyPairLimit: 10_000 }), await launchBare()]
  const warmUp = 300
  // Above what the pool keeps by itself, so that it is not refilled
  await emulator.tell('prefill', creates + warmUp + 20)
  await bare.tell('size', (await ask(emulator.port, create())).length)
  const run = (port, next, check, count) =>
    load(port, { connections: 1, client: nodeClient, next, check, until: (done) => done >= count })
  // Imports go the same way through the store
  await run(emulator.port, importKey, isImported, 3000)
  await run(emulator.port, create, isCreated, warmUp)
  await run(bare.port, create, isBare, 3000)
  const each = Math.ceil(creates / rounds)
  const result = await compare(
    () => run(emulator.port, create, isCreated, each),
    () => run(bare.port, create, isBare, each),
    (one, other) => one.p50 / other.p50,
  )
  await emulator.close()
  await bare.close()
  return result
}

const fixedPair = {
  keyId: 'skey-00000000',
  keyName: 'fixed',
  publicKey: `ssh-rsa ${publicKeyBlob(Buffer.alloc(256, 1))}`,
}

/** DescribeKeyPairs by id per second, against the bare route under the same load. */
export async function throughput() {
  const [emulator, bare] = [
    await launchEmulator({ poolSize: 0, fixtures: { keyPairs: [fixedPair] } }),
    await launchBare(),
  ]
  const byId = describe({ 'KeyIds.0': fixedPair.keyId })
  await bare.tell('size', (await ask(emulator.port, byId)).length)
  const run = (port, check, milliseconds) => {
    const until = (_count, passed) => passed >= milliseconds
    return load(port, { connections: 16, client: leanClient, next: () => byId, check, until, awake: true })
  }
  await run(emulator.port, isOnePair, 1500)
  await run(bare.port, isBare, 500)
  const result = await compare(
    () => run(emulator.port, isOnePair, 1000),
    () => run(bare.port, isBare, 1000),
    (one, other) => one.perSecond / other.perSecond,
  )
  await emulator.close()
  await bare.close()
  return result
}
