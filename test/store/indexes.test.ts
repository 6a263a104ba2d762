import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createStartingState } from '../../src/state/starting-state.ts'
import { openMemory } from '../../src/store/database-file.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { NameScope } from '../../src/store/store.ts'
import { createIds } from '../../src/system/ids.ts'
import { createSystem } from '../../src/system/system.ts'

/** Every statement that a store prepares when all of it is used. */
function statementsOf(nameScope: NameScope): string[] {
  const prepare = vi.spyOn(Database.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  const system = createSystem()
  const startingState = createStartingState({ projects: [0, 7], keyPairLimit: 100 }, {}, system.now())
  const ids = createIds(system)
  const store = openSqliteStore({ folder: undefined, nameScope, startingState, ids, system })
  const { keyPairs } = store.namespace('a')
  for (const [index, keyName] of ['a', 'b'].entries()) {
    const newKeyId = () => `skey-0000000${index}`
    keyPairs.insert({ keyName, projectId: 0, publicKey: `ssh-rsa ${keyName}`, createdTime: new Date(0), newKeyId })
  }
  const [keyIds, keyNames] = [
    ['skey-00000000', 'skey-x'],
    ['a', 'b'],
  ]
  const queries = [
    {},
    { keyIds },
    { keyNames },
    { projectIds: [0] },
    { projectIds: [0, 7, 8] },
    { keyNames, projectIds: [0, 7] },
    { keyIds, keyNames, projectIds: [0] },
    { tags: [{ keys: ['a'] }, { values: ['b'] }, { keys: ['a'], values: ['b'] }] },
    { keyNames, tags: [{ keys: ['a'] }] },
  ]
  for (const query of queries) keyPairs.list(query, { offset: 0, limit: 20 })
  store.close()
  return [...new Set(prepare.mock.calls.map(([sql]) => sql))]
}

test.each(['project', 'account'] as const)(
  'under name-scope %s every statement finds its rows by an index',
  (nameScope) => {
    const statements = statementsOf(nameScope)
    expect(statements.length).toBeGreaterThan(30)
    const db = openMemory()
    onTestFinished(() => void db.close())
    const plans = statements.flatMap((sql) => {
      const explain = db.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      const values = Array.from({ length: sql.split('?').length - 1 }, () => null)
      const rows = (sql.includes('@') ? explain.all(named(sql)) : explain.all(...values)) as { detail: string }[]
      return rows.map(({ detail }) => `${detail}   <-  ${sql.replaceAll(/\s+/g, ' ')}`)
    })
    // Neither a row of constants is a table, nor what a caller asks for
    const scans = plans.filter((plan) => /^SCAN (?!CONSTANT ROW|json_each)/.test(plan))
    expect(scans).toStrictEqual([])
    // Only what is found by ids and names, at most a hundred of each, may be sorted
    const sorts = plans.filter(
      (plan) =>
        plan.includes('TEMP B-TREE') && !/key_(id|name) IN|ORDER BY (project_id|position)|DISTINCT key_id/.test(plan),
    )
    expect(sorts).toStrictEqual([])
  },
)

const named = (sql: string) => Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]))

test('how many there are is kept by the database itself', () => {
  const db = openMemory()
  onTestFinished(() => void db.close())
  const insert = db.prepare(
    `INSERT INTO key_pairs (account, name_scope, key_id, key_name, project_id, description, public_key, created_time, fingerprint)
     VALUES ('a', 0, @id, @id, @project, '', '', 0, CAST(@id AS BLOB))`,
  )
  const pairs = () => db.prepare('SELECT project_id, pairs FROM key_pair_counts ORDER BY project_id').raw().all()
  for (const [id, project] of [
    ['x', 0],
    ['y', 0],
    ['z', 7],
  ])
    insert.run({ id, project })
  expect(pairs()).toStrictEqual([
    [0, 2],
    [7, 1],
  ])
  db.exec(`DELETE FROM key_pairs WHERE key_id = 'x'`)
  expect(() => insert.run({ id: 'y', project: 0 })).toThrow('UNIQUE')
  expect(pairs()).toStrictEqual([
    [0, 1],
    [7, 1],
  ])
})
