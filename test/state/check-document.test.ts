import { expect, test } from 'vitest'
import { checkDocument } from '../../src/state/check-document.ts'

const list = <Item>(length: number, item: (index: number) => Item) => Array.from({ length }, (_, index) => item(index))
const instance = (n: number) => ({ instanceId: `ins-${String(n).padStart(8, '0')}` })

const config = {
  accounts: 'per-secret-id',
  controlToken: undefined,
  nameScope: 'project',
  projects: [0],
  keyPairLimit: 100,
  seed: undefined,
} as const

/** The portions of a document. */
async function portionsOf(document: object) {
  const context = { config, credentials: [], now: new Date(0) }
  const { portions } = await checkDocument(JSON.stringify(document), context, async () => new Map())
  return [...portions]
}

/** How much there is to store: the items of lists, and 1 for anything else. */
const sizeOf = (part: object) => {
  const [items] = Object.values(part).filter(Array.isArray)
  return items?.length ?? 1
}

test.each([
  ['very many instances in one account', { accounts: { one: { instances: list(3000, instance), numbers: {} } } }, 6000],
  ['very many instances in every account', { instances: list(3000, instance) }, 3000],
  ['very many projects', { projects: list(3000, (n) => n) }, 3000],
  ['very many accounts', { accounts: Object.fromEntries(list(3000, (n) => [`a${n}`, { numbers: {} }])) }, 9000],
])('a document with %s comes in portions that take a few milliseconds to store', async (_what, document, size) => {
  const sizes = (await portionsOf(document)).map((parts) => parts.reduce((sum, part) => sum + sizeOf(part), 0))
  expect(Math.max(...sizes)).toBeLessThan(200)
  expect(sizes.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(size)
  // They are not much smaller either, since each waits for its turn
  expect(sizes.length).toBeLessThan(size / 50)
})

test('the numbers of an account come after its data, which would raise them', async () => {
  const document = { accounts: { one: { numbers: { comment: 1 }, instances: [instance(1)] } } }
  const parts = (await portionsOf(document)).flat().filter((part) => !('member' in part))
  expect(parts.map((part) => Object.keys(part).at(-1))).toStrictEqual(['keyPairs', 'instances', 'numbers'])
})
