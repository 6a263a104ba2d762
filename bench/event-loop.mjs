import { load } from './client.mjs'
import { launchEmulator } from './processes.mjs'
import {
  ask,
  create,
  createNamed,
  describe,
  importKey,
  isCreated,
  isDuplicate,
  isImported,
  isOnePair,
} from './requests.mjs'

/** What DescribeKeyPairs takes, and how long the event loop stalls, while 200 clients create keys from an empty pool. */
export async function underCreates(keyBits) {
  const emulator = await launchEmulator({ keyBits, poolSize: 0, keyPairLimit: 100_000 })
  const taken = createNamed('first')
  const { KeyId } = JSON.parse(await ask(emulator.port, taken)).Response.KeyPair
  const byId = describe({ 'KeyIds.0': KeyId })
  const warmUp = (request, check) =>
    load(emulator.port, { connections: 4, next: request, check, until: (count) => count >= 3000 })
  await warmUp(() => byId, isOnePair)
  await warmUp(() => taken, isDuplicate)
  await warmUp(importKey, isImported)
  await emulator.tell('watch')
  const until = (_count, passed) => passed >= 3000
  let over = false
  // What then still waits for a key need not be waited for
  const creating = load(emulator.port, { connections: 200, next: create, check: isCreated, until }).catch((error) => {
    if (!over) throw error
  })
  const described = await load(emulator.port, { connections: 1, next: () => byId, check: isOnePair, until })
  const stall = await emulator.tell('stall')
  over = true
  await emulator.close()
  await creating
  return { p99: described.p99, stall }
}
