import { leanClient, load, nodeClient } from './client.mjs'
import { launchBare, launchEmulator } from './processes.mjs'
import {
  ask,
  create,
  createNamed,
  credential,
  describe,
  importKey,
  isBare,
  isCreated,
  isDuplicate,
  isImported,
  isOnePair,
  publicKeyBlob,
  signedDescribe,
} from './requests.mjs'

const rounds = 3
const connections = 16

/** Both sides of a comparison, round by round in turn; the round whose ratio is the median. */
export async function compare(ours, bare, ratio) {
  const measured = []
  for (let round = 0; round < rounds; round++) {
    const [one, other] = [await ours(), await bare()]
    measured.push({ ours: one, bare: other, ratio: ratio(one, other) })
  }
  return measured.sort((a, b) => a.ratio - b.ratio)[Math.floor(rounds / 2)]
}

/** Sequential creates from a pool, against as many requests to the bare route with an answer of the same size. */
export async function pooledCreates() {
  const creates = 500
  const [emulator, bare] = [await launchEmulator({ keyPairLimit: 10_000 }), await launchBare()]
  const warmUp = 40
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

/** Requests per second of a call that needs no key, against the bare route under the same load. */
async function throughput(emulator, bare, { next, check, client = nodeClient }) {
  await bare.tell('size', (await ask(emulator.port, next())).length)
  const awake = client === leanClient
  const run = (port, ok, milliseconds) =>
    load(port, { connections, client, next, check: ok, until: (_count, passed) => passed >= milliseconds, awake })
  await run(emulator.port, check, 1500)
  await run(bare.port, isBare, 500)
  return compare(
    () => run(emulator.port, check, 1000),
    () => run(bare.port, isBare, 1000),
    (one, other) => one.perSecond / other.perSecond,
  )
}

const fixedPair = {
  keyId: 'skey-00000000',
  keyName: 'fixed',
  publicKey: `ssh-rsa ${publicKeyBlob(Buffer.alloc(256, 1))}`,
}

export async function calls() {
  const bare = await launchBare()
  const emulator = await launchEmulator({ poolSize: 0, fixtures: { keyPairs: [fixedPair] } })
  const taken = createNamed(fixedPair.keyName)
  const byId = describe({ 'KeyIds.0': fixedPair.keyId })
  const duplicate = await throughput(emulator, bare, { next: () => taken, check: isDuplicate })
  const described = await throughput(emulator, bare, { next: () => byId, check: isOnePair })
  const lean = await throughput(emulator, bare, { next: () => byId, check: isOnePair, client: leanClient })
  await emulator.close()

  const credentials = [{ ...credential, account: 'default' }]
  const strict = await launchEmulator({ poolSize: 0, auth: 'strict', fixtures: { credentials, keyPairs: [fixedPair] } })
  const ready = Array.from({ length: 4000 }, () => signedDescribe({ 'KeyIds.0': fixedPair.keyId }))
  let at = 0
  const signed = await throughput(strict, bare, { next: () => ready[at++ % ready.length], check: isOnePair })
  await strict.close()
  await bare.close()
  return { duplicate, described, lean, signed }
}
