import { describe, expect, onTestFinished, test } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite-store.js'
import type { NameScope, NewKeyPair, Store } from '../../src/store/store.js'
import { temporaryFolder } from '../support/emulator.js'

function open(nameScope: NameScope, folder?: string): Store {
  const startingState = () => ({ projectIds: [0, 7], keyPairLimit: 3 })
  const store = openSqliteStore({ folder, nameScope, startingState })
  onTestFinished(() => store.close())
  return store
}

let made = 0
const keyPair = (
  keyName: string,
  projectId = 0,
  newKeyId = () => `skey-${String(++made).padStart(8, '0')}`,
): NewKeyPair => ({
  newKeyId,
  keyName,
  projectId,
  description: '',
  publicKey: 'ssh-rsa AAAA skey_1',
  createdTime: new Date(0),
})

describe('the unique index has the last word on names', () => {
  test.each([
    ['project', 'in another project the name is free', true],
    ['account', 'in another project the name is taken', false],
  ] as const)('under name-scope %s %s', (nameScope, _what, free) => {
    const namespace = open(nameScope).namespace('a')
    expect(namespace.insertKeyPair(keyPair('n'))).toMatchObject({ keyName: 'n' })
    expect(namespace.insertKeyPair(keyPair('n'))).toBeUndefined()
    expect(namespace.insertKeyPair(keyPair('n', 7)) !== undefined).toBe(free)
  })
})

test('a key id that is taken in the account is drawn again', () => {
  const store = open('project')
  const ids = ['skey-aaaaaaaa', 'skey-aaaaaaaa', 'skey-bbbbbbbb']
  const draw = () => ids.shift() ?? 'none left'
  const namespace = store.namespace('a')
  expect(namespace.insertKeyPair(keyPair('one', 0, draw))?.keyId).toBe('skey-aaaaaaaa')
  expect(namespace.insertKeyPair(keyPair('two', 0, draw))?.keyId).toBe('skey-bbbbbbbb')
  expect(store.namespace('b').insertKeyPair(keyPair('one', 0, () => 'skey-aaaaaaaa'))?.keyId).toBe('skey-aaaaaaaa')
})

test('a transaction that throws leaves nothing', () => {
  const namespace = open('project').namespace('a')
  const failing = () =>
    namespace.transaction(() => {
      namespace.insertKeyPair(keyPair('n'))
      namespace.nextCommentNumber()
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect([namespace.countKeyPairs(0), namespace.nextCommentNumber()]).toStrictEqual([0, 112168])
})

describe.each(['project', 'account'] as const)('under name-scope %s', (nameScope) => {
  test('what counts against the limit survives a restart, and a delete makes room', () => {
    const folder = temporaryFolder()
    const first = open(nameScope, folder)
    const before = first.namespace('a')
    const pairs = ['one', 'two', 'three'].map((name) => before.insertKeyPair(keyPair(name)))
    before.insertKeyPair(keyPair('elsewhere', 7))
    expect(before.deleteKeyPair(pairs[0]?.keyId ?? '')).toBe(true)
    expect(before.deleteKeyPair(pairs[0]?.keyId ?? '')).toBe(false)
    first.close()

    const after = open(nameScope, folder).namespace('a')
    const elsewhere = nameScope === 'account' ? 1 : 0
    expect(after.countKeyPairs(0)).toBe(2 + elsewhere)
    expect(after.insertKeyPair(keyPair('two'))).toBeUndefined()
    expect(after.insertKeyPair(keyPair('one'))).toMatchObject({ keyName: 'one' })
    expect(after.countKeyPairs(0)).toBe(3 + elsewhere)
    expect(after.nextCommentNumber()).toBe(112168)
  })
})

test('one account cannot touch the key pairs of another', () => {
  const store = open('project')
  const own = store.namespace('a').insertKeyPair(keyPair('n'))
  const other = store.namespace('b')
  expect(other.hasKeyPairNamed(0, 'n')).toBe(false)
  expect(other.countKeyPairs(0)).toBe(0)
  expect(other.deleteKeyPair(own?.keyId ?? '')).toBe(false)
})

test('projects are added to one account or to all, once, and a reset takes them away', () => {
  const store = open('project')
  expect([store.addProject(9), store.addProject(9), store.addProject(0), store.addProject(5, 'a')]).toStrictEqual([
    true,
    false,
    false,
    true,
  ])
  expect(store.addProject(9, 'a')).toBe(false)
  expect([store.projectIds(), store.projectIds('a'), store.namespace('b').projectIds()]).toStrictEqual([
    [0, 7, 9],
    [0, 5, 7, 9],
    [0, 7, 9],
  ])
  store.namespace('a').insertKeyPair(keyPair('n'))
  store.namespace('a').nextCommentNumber()
  store.reset()
  const namespace = store.namespace('a')
  expect([namespace.projectIds(), namespace.countKeyPairs(0), namespace.nextCommentNumber()]).toStrictEqual([
    [0, 7],
    0,
    112168,
  ])
})
