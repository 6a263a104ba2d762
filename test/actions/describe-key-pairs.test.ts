import { describe, expect, test } from 'vitest'
import { call, list, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const describePairs = async (emulator: { url: string }, params: Sent = {}) =>
  (await call(emulator, 'DescribeKeyPairs', params)).Response

const names = (response: { KeyPairSet: { KeyName: string }[] }) => response.KeyPairSet.map(({ KeyName }) => KeyName)

const fixtures = {
  keyPairs: ['a', 'b', 'c', 'd', 'e'].map((keyName, index) => ({
    keyName,
    keyId: `skey-0000000${index}`,
    publicKey: publicKey(keyName),
    projectId: index % 2 ? 1002189 : 0,
    createdTime: `2017-03-1${index}T08:00:00Z`,
  })),
}

test('an element has every documented field and CreateTime, in order, and no private key', async () => {
  const emulator = await start({ fixtures })
  const response = await describePairs(emulator, { 'KeyIds.1': 'skey-00000001' })
  expect(JSON.stringify(response)).toBe(
    JSON.stringify({
      TotalCount: 1,
      KeyPairSet: [
        {
          KeyId: 'skey-00000001',
          KeyName: 'b',
          ProjectId: 1002189,
          Description: '',
          PublicKey: `${publicKey('b')} skey_112169`,
          AssociatedInstanceIds: [],
          CreatedTime: '2017-03-11T08:00:00Z',
          CreateTime: '2017-03-11T08:00:00Z',
        },
      ],
      RequestId: response.RequestId,
    }),
  )
})

const filter = (index: number, name: string, ...values: string[]): Sent => ({
  [`Filters.${index}.Name`]: name,
  ...list(`Filters.${index}.Values`, values),
})

describe('search', () => {
  const cases: [what: string, params: Sent, total: number, found: string[]][] = [
    ['all, newest first', {}, 5, ['e', 'd', 'c', 'b', 'a']],
    ['a page', { Offset: '1', Limit: '2' }, 5, ['d', 'c']],
    ['a page beyond the end', { Offset: '5' }, 5, []],
    ['an absurd offset', { Offset: '9007199254740991' }, 5, []],
    ['by ids, unknown ones absent', list('KeyIds', ['skey-00000000', 'skey-zzzzzzzz', 'skey-00000003']), 2, ['d', 'a']],
    ['by one id twice', list('KeyIds', ['skey-00000000', 'skey-00000000']), 1, ['a']],
    ['by ids with a page', { ...list('KeyIds', ['skey-00000000', 'skey-00000003']), Limit: '1' }, 2, ['d']],
    ['by ids of another base with gaps', { 'KeyIds.7': 'skey-00000000', 'KeyIds.10': 'skey-00000001' }, 2, ['b', 'a']],
    ['by ids with underscores', { KeyIds_0: 'skey-00000000' }, 1, ['a']],
    ['by project', filter(1, 'project-id', '1002189'), 2, ['d', 'b']],
    ['by either of two projects', filter(1, 'project-id', '0', '1002189'), 5, ['e', 'd', 'c', 'b', 'a']],
    ['by the name', filter(0, 'key-name', 'a'), 1, ['a']],
    ['by the name, in its case', filter(0, 'key-name', 'A'), 0, []],
    ['by both filters', { ...filter(0, 'key-name', 'a', 'b', 'c'), ...filter(1, 'project-id', '0') }, 2, ['c', 'a']],
    ['by one filter twice', { ...filter(0, 'key-name', 'a', 'b'), ...filter(1, 'key-name', 'b', 'c') }, 1, ['b']],
    ['by one project filter twice', { ...filter(0, 'project-id', '0'), ...filter(1, 'project-id', '7') }, 0, []],
  ]

  test.each(cases)('%s', async (_what, params, total, found) => {
    const emulator = await start({ fixtures })
    const response = await describePairs(emulator, params)
    expect([response.TotalCount, names(response)]).toStrictEqual([total, found])
  })
})

test.each([
  ['a part of it', ['f_k'], ['tf_key', 'my_tf_key']],
  ['any of several parts', ['tf_', 'web'], ['tf_key', 'my_tf_key', 'web']],
  ['a part in another case', ['TF_'], ['TF_key']],
  ['characters that a pattern would read', ['%', '*', '_b'], []],
])('the filter key-name finds names that contain %s', async (_what, values, found) => {
  const keyNames = ['web', 'TF_key', 'my_tf_key', 'tf_key']
  const keyPairs = keyNames.map((keyName) => ({ keyName, publicKey: publicKey(keyName) }))
  const emulator = await start({ fixtures: { keyPairs } })
  const params = filter(0, 'key-name', ...values)
  expect(names(await describePairs(emulator, params))).toStrictEqual(found)
  const Filters = [{ Name: 'key-name', Values: values }]
  expect(names((await call30(emulator, 'DescribeKeyPairs', { Filters })).Response)).toStrictEqual(found)
  const both = { ...params, ...filter(1, 'key-name', 'my') }
  expect(names(await describePairs(emulator, both))).toStrictEqual(found.filter((name) => name.includes('my')))
})

test('key pairs are sorted by time, and those of one time by their order of creation, newest first', async () => {
  const times = ['2020-01-01T00:00:00Z', '2015-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2018-01-01T00:00:00Z']
  const keyPairs = times.map((createdTime, index) => ({
    keyName: `k${index}`,
    publicKey: publicKey(`${index}`),
    createdTime,
  }))
  const emulator = await start({ fixtures: { keyPairs } })
  expect(names(await describePairs(emulator))).toStrictEqual(['k2', 'k0', 'k3', 'k1'])
})

test('1,000 key pairs: total, pages and order are correct while others are added and deleted', async () => {
  const emulator = await start({ keyPairLimit: 2000 })
  const create = (KeyName: string, index: number) =>
    call(emulator, 'ImportKeyPair', { KeyName, ProjectId: '0', PublicKey: publicKey(`${index}`, 1024) })
  for (let from = 0; from < 1000; from += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => create(`k${from + index}`, from + index)))
  }
  const page = (offset: number) => describePairs(emulator, { Offset: `${offset}`, Limit: '100' })
  const pages = []
  for (let offset = 0; offset < 1000; offset += 100) pages.push(await page(offset))
  const all = pages.flatMap(names)
  expect(new Set(all).size).toBe(1000)
  expect(pages.map(({ TotalCount }) => TotalCount)).toStrictEqual(Array(10).fill(1000))

  // One is deleted and one is added at the start while the pages are read from the end: the others keep their order
  const seen: string[] = []
  for (let offset = 900; offset >= 0; offset -= 100) {
    const [newest] = (await page(0)).KeyPairSet
    await call(emulator, 'DeleteKeyPairs', { 'KeyIds.0': newest.KeyId })
    await create(`new${offset}`, 2000 + offset)
    const response = await page(offset)
    expect(response.TotalCount).toBe(1000)
    seen.unshift(...names(response))
  }
  const kept = seen.filter((name) => name.startsWith('k'))
  expect(kept).toStrictEqual(all.filter((name) => kept.includes(name)))
  expect(kept.length).toBeGreaterThanOrEqual(980)
})
