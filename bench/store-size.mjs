import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, median } from './client.mjs'
import { fill, keyIdOf, nameOf } from './fill.mjs'
import { launchEmulator } from './processes.mjs'
import { createNamed, describe, importKey, isDuplicate, isImported, isOnePair, isPage } from './requests.mjs'

const sizes = {
  small: { accounts: 10, each: 100 },
  large: { accounts: 10_000, each: 100 },
  deep: { accounts: 1, each: 10_000 },
}

let turn = 0
const kinds = {
  import: [(SecretId) => importKey({ SecretId }), isImported],
  'duplicate name': [(SecretId, _first, each) => createNamed(nameOf(turn++ % each), { SecretId }), isDuplicate],
  'Describe by id': [
    (SecretId, first, each) => describe({ SecretId, 'KeyIds.0': keyIdOf(first + (turn++ % each)) }),
    isOnePair,
  ],
  'Describe by name': [
    (SecretId, _first, each) =>
      describe({ SecretId, 'Filters.1.Name': 'key-name', 'Filters.1.Values.1': nameOf(turn++ % each) }),
    isOnePair,
  ],
  'first page': [(SecretId) => describe({ SecretId }), isPage],
  'last page': [(SecretId, _first, each) => describe({ SecretId, Offset: each - 20 }), isPage],
}

/** Milliseconds that calls take with 1,000 key pairs, with 1,000,000 of the same accounts' size, and with 10,000 in one. */
export async function storeSize() {
  const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-bench-'))
  const emulators = {}
  for (const [name, size] of Object.entries(sizes)) {
    const data = join(folder, name)
    fill(data, size)
    emulators[name] = await launchEmulator({ data, poolSize: 0, keyPairLimit: 1_000_000 })
  }
  const figures = {}
  for (const [kind, [make, check]] of Object.entries(kinds)) {
    const times = { small: [], large: [], deep: [] }
    // The first round warms up
    for (let round = 0; round < 4; round++) {
      for (const [name, { accounts, each }] of Object.entries(sizes)) {
        const next = () => {
          const account = Math.floor(Math.random() * accounts)
          return make(`AKID${account}`, account * each, each)
        }
        const { p50 } = await load(emulators[name].port, {
          connections: 1,
          next,
          check,
          until: (count) => count >= 400,
        })
        if (round > 0) times[name].push(p50)
      }
    }
    figures[kind] = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
  }
  for (const emulator of Object.values(emulators)) await emulator.close()
  rmSync(folder, { recursive: true })
  return figures
}
