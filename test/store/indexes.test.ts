import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { isIn } from '../../src/core/action.ts'
import { openMemory } from '../../src/store/database-file.ts'
import { call, list, type Sent } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

/** The statements that may read a whole table, and why. */
const allowedScans = [
  // One row is enough, and it is read once, when the store opens, and for starts_without_fixtures after each reset
  /^SELECT 1 FROM (bindings|tags|starts_without_fixtures) LIMIT 1$/,
  // The table has one row
  /^(SELECT|UPDATE) .*\bstates\b/,
  /^SELECT (1|sql) FROM sqlite_schema WHERE /,
  // Once, when the store opens with another --name-scope: every key pair may have to change
  /^UPDATE key_pairs SET name_scope = (-1|project_id) WHERE name_scope <> (-1|project_id) AND account > @from /,
  /^SELECT account, key_name, .* FROM key_pairs .*GROUP BY account, key_name HAVING count\(\*\) > 1/,
  // Names of accounts in order, not more than the limit, which is 1000
  /^SELECT account FROM \w+ WHERE account > @after AND account < @to UNION .* ORDER BY account LIMIT @limit$/,
  /^SELECT DISTINCT account FROM document_parts WHERE account > \? AND account < \? ORDER BY account LIMIT \?$/,
  // The list of tables does not grow
  /^SELECT tables\.name FROM sqlite_schema AS tables/,
  // A reset deletes no more rows than this at once; rows that nobody sees are deleted a few at a time
  /^DELETE FROM \w+ WHERE account (<|>=) \? LIMIT 100?$/,
  /^SELECT 1 FROM \w+ WHERE account >= @from AND account < @to LIMIT 1 OFFSET \d+$/,
  /^DELETE FROM \w+ WHERE account >= @from AND account < @to$/,
]

/** The statements that may read everything that one account has in a table, and why. */
const allowedAccountReads = [
  // A page of all: it is read in order, and no further than to the end of the page
  /^SELECT .* FROM key_pairs WHERE account = \? ORDER BY createdTime DESC, sequence DESC LIMIT \? OFFSET \?$/,
  // Not more rows than that
  /^SELECT member, value FROM document_parts WHERE account = \? ORDER BY member, part LIMIT 10$/,
  // One row for each project
  /^SELECT coalesce\(sum\(pairs\), 0\) FROM key_pair_counts WHERE account = \?$/,
  // For the list of accounts; it reads the index only
  /^SELECT count\(\*\) FROM instances WHERE account = \?$/,
  // All of them are wanted
  /^SELECT .* FROM projects WHERE account IN \(@every, @account\) AND NOT EXISTS \(SELECT 1 FROM removed_projects .*\)$/,
  /^SELECT project_id FROM removed_projects WHERE account IN \(\?, \?\)$/,
  /^SELECT .* FROM instances WHERE account = \? ORDER BY sequence DESC$/,
  // A part of a name may be anywhere in it; an account has few key pairs
  /^SELECT .* FROM key_pairs WHERE account = \? AND EXISTS \(SELECT 1 FROM json_each\(\?\) WHERE instr\(key_name, value\) > 0\)$/,
  // A page of a list that people read, in its order: no further than to the end of the page, unless few match
  /^SELECT .* FROM key_pairs WHERE account = @account( AND project_id = @projectId)?( AND \(instr\(.*\))? ORDER BY [a-z_, DESC]+ LIMIT @limit OFFSET @offset$/,
  // A part of a text may be anywhere in it
  /^SELECT count\(\*\) AS total FROM key_pairs WHERE account = @account AND \(instr\(.*\)$/,
  // One row is enough
  /^SELECT 1 FROM \w+ WHERE account = \? LIMIT 1$/,
  // A reset of the account deletes every row
  /^DELETE FROM \w+ WHERE account = \?$/,
]

/** The statements that may sort, and why. */
const allowedSorts = [
  // The keys of one instance, 100 at most
  /^SELECT key_id FROM bindings WHERE account = \? AND instance_id = \? ORDER BY position$/,
  // The tags of one key pair, 50 at most
  /^SELECT .* FROM tags WHERE account = \? AND key_id = \? ORDER BY position$/,
  // The instances with one id, of which an account has one
  /^SELECT instances\.account, .* FROM instances LEFT JOIN key_pairs .* WHERE instances\.instance_id = @instanceId .* ORDER BY /,
  // The operator is shown the conflicting key pairs in order
  /^SELECT account, key_name, .* FROM key_pairs .*GROUP BY account, key_name HAVING count\(\*\) > 1/,
]

const filter = (index: number, name: string, ...values: string[]): Sent => ({
  [`Filters.${index}.Name`]: name,
  ...list(`Filters.${index}.Values`, values),
})

/** Every way to search: by each filter alone and by those that are combined. */
const searches: Sent[] = [
  {},
  list('KeyIds', ['skey-mv9yzyjj', 'skey-zzzzzzzz']),
  filter(0, 'key-name', 'one', 'two'),
  filter(0, 'project-id', '0'),
  filter(0, 'project-id', '0', '7', '8'),
  { ...filter(0, 'key-name', 'one'), ...filter(1, 'project-id', '0', '7') },
]
const searchesByTag = [
  [{ Name: 'tag-key', Values: ['a'] }],
  [{ Name: 'tag-value', Values: ['b'] }],
  [{ Name: 'tag:a', Values: ['b'] }],
  [
    { Name: 'tag-key', Values: ['a'] },
    { Name: 'key-name', Values: ['one', 'two'] },
  ],
]
const listings = [{}, { project: 7 }, { keyId: 'skey-mv9yzyjj' }, { q: 'o' }, { q: 'o', project: 7, keyId: 'skey-' }]

/**
 * Every statement that the emulator prepares or executes in a run that uses all of it: each action, each way to search,
 * an export, an import, resets and a restart. Statements that define the tables are not among them.
 */
async function statementsOf(nameScope: 'project' | 'account'): Promise<string[]> {
  const prepare = vi.spyOn(Database.prototype, 'prepare')
  const exec = vi.spyOn(Database.prototype, 'exec')
  onTestFinished(() => {
    prepare.mockRestore()
    exec.mockRestore()
  })
  const data = temporaryFolder()
  const fixtures = {
    projects: [7],
    keyPairs: [
      { keyId: 'skey-mv9yzyjj', keyName: 'one', publicKey: publicKey('one'), tags: [{ key: 'a', value: 'b' }] },
      { keyId: 'skey-4e5ty7i8', keyName: 'two', publicKey: publicKey('two'), projectId: 7 },
    ],
    instances: [{ instanceId: 'ins-1e4r6y8i' }, { instanceId: 'ins-3e56fg78' }],
  }
  const first = await start({ data, nameScope: 'project', fixtures })
  await call(first, 'DescribeKeyPairs')
  await first.close()

  const emulator = await start({ data, nameScope })
  for (const { name, example } of actions.filter((action) => isIn('2017-03-12', action))) {
    await call(emulator, name, example)
  }
  for (const params of searches) await call(emulator, 'DescribeKeyPairs', params)
  for (const Filters of searchesByTag) await call30(emulator, 'DescribeKeyPairs', { Filters })
  for (const sort of ['newest', 'oldest', 'name'] as const) {
    for (const options of listings) await emulator.keyPairs.list('default', { ...options, sort })
  }
  await emulator.limits.setKeyPairs(50)
  await emulator.limits.setKeyPairs(undefined)
  await emulator.state.import(await emulator.state.export())
  await emulator.reset('default')
  await emulator.reset('default', { fixtures: false })
  await emulator.reset()
  await emulator.close()

  const executed = exec.mock.calls.map(([sql]) => sql).filter((sql) => /^(SELECT|INSERT|UPDATE|DELETE) /.test(sql))
  return [...new Set([...prepare.mock.calls.map(([sql]) => sql), ...executed])].filter((sql) => !/^PRAGMA/i.test(sql))
}

/** The statements inside the triggers of a database, which EXPLAIN does not show with the statement that fires them. */
function triggerStatementsOf(db: Database.Database): string[] {
  const triggers = db.prepare<[], string>("SELECT sql FROM sqlite_master WHERE type = 'trigger'").pluck().all()
  return triggers.flatMap((sql) => {
    const [, body = ''] = /\bBEGIN\b(.*)\bEND\b/s.exec(sql) ?? []
    const statements = body.split(';').map((statement) => statement.trim().replaceAll(/\b(NEW|OLD)\.\w+/g, '?'))
    return statements.filter((statement) => statement !== '')
  })
}

/** The lines of a statement's query plan. */
function planOf(db: Database.Database, sql: string): string[] {
  const explain = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
  const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]))
  const rows = sql.includes('@') ? explain.all(named) : explain.all(...Array(sql.split('?').length - 1).fill(null))
  return rows.map(({ detail }) => detail)
}

// Rows of constants and the values that a caller sends are not tables. A range of accounts reads all of them, as a scan does.
const isScan = (line: string) => /^SCAN (?!CONSTANT ROW|json_each)|\(account[<>]/.test(line)
const isSort = (line: string) => line.includes('TEMP B-TREE')

/** Whether a line of a plan finds rows by their account alone, in a table that has many of one account. */
function accountReads(db: Database.Database): (line: string) => boolean {
  const oneRowEach = db
    .prepare<[], string>(
      `SELECT t.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk > 0
       GROUP BY t.name HAVING max(c.name) = 'account' AND count(*) = 1`,
    )
    .pluck()
    .all()
  return (line) => {
    const [, table] = /^SEARCH (\w+) .*\(account=\?\)$/.exec(line) ?? []
    return table !== undefined && !oneRowEach.includes(table)
  }
}

describe.each(['project', 'account'] as const)('under name-scope %s', (nameScope) => {
  test('no statement of the store reads a whole table or account, or sorts, but those listed', async () => {
    const statements = await statementsOf(nameScope)
    const db = openMemory()
    onTestFinished(() => void db.close())
    const explained = [...statements, ...triggerStatementsOf(db)].map((sql) => ({
      sql: sql.replaceAll(/\s+/g, ' '),
      plan: planOf(db, sql),
    }))
    const unlisted = (isFound: (line: string) => boolean, allowed: readonly RegExp[]) =>
      explained
        .filter(({ sql }) => !allowed.some((statement) => statement.test(sql)))
        .flatMap(({ sql, plan }) => plan.filter(isFound).map((line) => `${line}   <-  ${sql}`))
    const isAccountRead = accountReads(db)
    expect(unlisted(isScan, allowedScans)).toStrictEqual([])
    expect(unlisted(isAccountRead, allowedAccountReads)).toStrictEqual([])
    expect(unlisted(isSort, allowedSorts)).toStrictEqual([])

    // What no statement needs is not allowed any longer; the scope of accounts needs them all
    if (nameScope === 'project') return
    const unneeded = (isFound: (line: string) => boolean, allowed: readonly RegExp[]) =>
      allowed.filter((statement) => !explained.some(({ sql, plan }) => statement.test(sql) && plan.some(isFound)))
    expect(unneeded(isScan, allowedScans)).toStrictEqual([])
    expect(unneeded(isAccountRead, allowedAccountReads)).toStrictEqual([])
    expect(unneeded(isSort, allowedSorts)).toStrictEqual([])
  })
})
