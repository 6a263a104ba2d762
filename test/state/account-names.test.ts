import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareAsDatabase, namedAccounts } from '../../src/state/account-names.ts'
import { start } from '../support/emulator.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u{e000}', '\u{ffff}', '\u{10000}', '\u{10ffff}', 'a'),
)

test('texts are in the order of their bytes in UTF-8', () => {
  fc.assert(
    fc.property(text, text, text, (start, a, b) => {
      const [one, other] = [start + a, start + b]
      expect(Math.sign(compareAsDatabase(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)))
    }),
  )
})

const pages = (names: readonly string[]) => (after: string, limit: number) =>
  names.filter((name) => compareAsDatabase(name, after) > 0).slice(0, limit)

test('each name comes once and in order, whichever of the lists have it', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 })).map((list) => list.sort(compareAsDatabase))
  fc.assert(
    fc.property(names, names, names, (used, atStart, others) => {
      const found = [...namedAccounts({ accounts: pages(used) }, { names: pages(atStart) }, others)]
      const expected = [...new Set([...used, ...atStart, ...others])].sort(compareAsDatabase)
      expect(found).toStrictEqual(expected.map((name) => ({ name, isUsed: used.includes(name) })))
    }),
  )
})

test('names are read while they are taken, a thousand at a time', () => {
  const many = Array.from({ length: 2500 }, (_, n) => `account${String(n).padStart(4, '0')}`)
  let reads = 0
  const accounts = (after: string, limit: number) => {
    reads++
    return pages(many)(after, limit)
  }
  const found = namedAccounts({ accounts }, { names: () => [] })
  expect([found.next().value, reads]).toStrictEqual([{ name: 'account0000', isUsed: true }, 1])
  expect([[...found].length, reads]).toStrictEqual([2499, 3])
})

test('the accounts of an emulator are listed in that order', async () => {
  const [first, last] = ['\u{e000}', '\u{10000}']
  const emulator = await start({ fixtures: { accounts: { [last]: {}, [first]: {}, Z: {} } } })
  await emulator.projects.add({ projectId: 7 }, 'a')
  const { accounts, total } = await emulator.accounts.list()
  expect([accounts.map(({ name }) => name), total]).toStrictEqual([['Z', 'a', 'default', first, last], 5])
  expect((await emulator.accounts.list({ offset: 3, limit: 1 })).accounts.map(({ name }) => name)).toStrictEqual([
    first,
  ])
})
