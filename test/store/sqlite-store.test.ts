import { describe, expect, onTestFinished, test } from 'vitest'
import { completeFixture } from '../../src/state/fixture.ts'
import { completeProject, createStartingState, documentOf } from '../../src/state/starting-state.ts'
import type { KeyPair, NewKeyPair } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { NameScope, Projects, Store } from '../../src/store/store.ts'
import { createIds } from '../../src/system/ids.ts'
import { createSystem } from '../../src/system/system.ts'
import { temporaryFolder } from '../support/emulator.ts'

const system = createSystem({ now: () => new Date(0) })

function open(nameScope: NameScope, folder?: string): Store {
  const startingState = createStartingState(
    documentOf(completeFixture({}, { projects: [0, 7], keyPairLimit: 3 }, system.now())),
  )
  const store = openSqliteStore({ folder, nameScope, startingState, ids: createIds(system), system })
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
  publicKey: `ssh-rsa AAAA${++made}`,
  createdTime: new Date(0),
})

const project = (projectId: number) => completeProject({ projectId })
const ids = (projects: Projects) => projects.list().map(({ projectId }) => projectId)

describe('the unique index has the last word on names', () => {
  test.each([
    ['project', 'in another project the name is free', true],
    ['account', 'in another project the name is taken', false],
  ] as const)('under name-scope %s %s', (nameScope, _what, free) => {
    const { keyPairs } = open(nameScope).namespace('a')
    expect(keyPairs.insert(keyPair('n'))).toMatchObject({ keyName: 'n' })
    expect(keyPairs.insert(keyPair('n'))).toBe('name taken')
    expect(keyPairs.insert(keyPair('n', 7)) !== 'name taken').toBe(free)
  })
})

/** Stores it; whatever was taken fails the test. */
function insert(store: Store, account: string, pair: NewKeyPair): KeyPair {
  const inserted = store.namespace(account).keyPairs.insert(pair)
  if (typeof inserted === 'string') throw new Error(inserted)
  return inserted
}

test('a key id that is taken in the account is drawn again', () => {
  const store = open('project')
  const drawn = ['skey-aaaaaaaa', 'skey-aaaaaaaa', 'skey-bbbbbbbb']
  const draw = () => drawn.shift() ?? 'none left'
  expect(insert(store, 'a', keyPair('one', 0, draw)).keyId).toBe('skey-aaaaaaaa')
  expect(insert(store, 'a', keyPair('two', 0, draw)).keyId).toBe('skey-bbbbbbbb')
  expect(
    insert(
      store,
      'b',
      keyPair('one', 0, () => 'skey-aaaaaaaa'),
    ).keyId,
  ).toBe('skey-aaaaaaaa')
})

test('a key is taken in its account whatever its comment, and free in another', () => {
  const store = open('project')
  const key = keyPair('one')
  insert(store, 'a', key)
  const again = { ...key, keyName: 'two', publicKey: `${key.publicKey} comment` }
  expect(store.namespace('a').keyPairs.insert(again)).toBe('key taken')
  expect(insert(store, 'b', again).keyName).toBe('two')
})

test('a transaction that throws leaves nothing', () => {
  const store = open('project')
  const namespace = store.namespace('a')
  const failing = () =>
    namespace.transaction(() => {
      namespace.keyPairs.insert(keyPair('n'))
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect(namespace.keyPairs.count(0)).toBe(0)
  expect(insert(store, 'a', keyPair('n')).publicKey).toMatch(/ skey_112168$/)
})

describe.each(['project', 'account'] as const)('under name-scope %s', (nameScope) => {
  test('what counts against the limit survives a restart, and a delete makes room', () => {
    const folder = temporaryFolder()
    const first = open(nameScope, folder)
    const [one] = ['one', 'two', 'three'].map((name) => insert(first, 'a', keyPair(name)))
    insert(first, 'a', keyPair('elsewhere', 7))
    const before = first.namespace('a').keyPairs
    expect([before.delete(one?.keyId ?? ''), before.delete(one?.keyId ?? '')]).toStrictEqual([true, false])
    first.close()

    const store = open(nameScope, folder)
    const { keyPairs } = store.namespace('a')
    const elsewhere = nameScope === 'account' ? 1 : 0
    expect(keyPairs.count(0)).toBe(2 + elsewhere)
    expect(keyPairs.insert(keyPair('two'))).toBe('name taken')
    expect(insert(store, 'a', keyPair('one')).publicKey).toMatch(/ skey_112172$/)
    expect(keyPairs.count(0)).toBe(3 + elsewhere)
  })
})

test('one account cannot touch what another has', () => {
  const store = open('project')
  const own = insert(store, 'a', keyPair('n'))
  const { keyPairs } = store.namespace('b')
  expect([keyPairs.hasName(0, 'n'), keyPairs.count(0), keyPairs.find(own.keyId)]).toStrictEqual([false, 0, undefined])
  expect([keyPairs.update(own.keyId, { keyName: 'm' }), keyPairs.delete(own.keyId)]).toStrictEqual([true, false])
  expect(keyPairs.list({}, { offset: 0, limit: 9 })).toStrictEqual({ total: 0, page: [] })
  expect(store.namespace('a').keyPairs.find(own.keyId)?.keyName).toBe('n')
})

test('projects are added to one account or to all, once, and a reset takes them away', () => {
  const store = open('project')
  const { commonProjects } = store
  const own = store.namespace('a').projects
  expect([
    commonProjects.add(project(9)),
    commonProjects.add(project(9)),
    commonProjects.add(project(0)),
    own.add(project(5)),
    own.add(project(9)),
  ]).toStrictEqual([true, false, false, true, false])
  expect([ids(commonProjects), ids(own), ids(store.namespace('b').projects)]).toStrictEqual([
    [0, 7, 9],
    [0, 5, 7, 9],
    [0, 7, 9],
  ])
  insert(store, 'a', keyPair('n'))
  store.reset()
  const { projects, keyPairs } = store.namespace('a')
  expect([ids(projects), keyPairs.count(0)]).toStrictEqual([[0, 7], 0])
  expect(insert(store, 'a', keyPair('n')).publicKey).toMatch(/ skey_112168$/)
})

test('a reset of one account leaves the others as they are', () => {
  const store = open('project')
  for (const account of ['a', 'b']) insert(store, account, keyPair('n'))
  store.namespace('a').projects.add(project(5))
  store.reset('b')
  expect([store.namespace('a').keyPairs.count(0), store.namespace('b').keyPairs.count(0)]).toStrictEqual([1, 0])
  expect(ids(store.namespace('a').projects)).toStrictEqual([0, 5, 7])
})

test('the counts follow inserts and deletes in each project, and a refused insert does not count', () => {
  const store = open('project')
  const counts = () => [0, 7].map((projectId) => store.namespace('a').keyPairs.count(projectId))
  const x = insert(store, 'a', keyPair('x'))
  insert(store, 'a', keyPair('y'))
  insert(store, 'a', keyPair('z', 7))
  expect(counts()).toStrictEqual([2, 1])
  store.namespace('a').keyPairs.delete(x.keyId)
  expect(store.namespace('a').keyPairs.insert(keyPair('y'))).toBe('name taken')
  expect(counts()).toStrictEqual([1, 1])
})
