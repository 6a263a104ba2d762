import { expect, onTestFinished, test } from 'vitest'
import { openMemory } from '../../src/store/database-file.ts'
import { accountTables } from '../../src/store/tables.ts'

test('a reset covers every table with data, and a new table as soon as it has a column `account`', () => {
  const db = openMemory()
  onTestFinished(() => void db.close())
  const all = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  const tables = all.filter((name) => name !== 'states')
  expect(accountTables(db).sort()).toStrictEqual(tables.sort())
  expect(tables).toContain('populated_accounts')
  db.exec('CREATE TABLE added (account TEXT); CREATE TABLE unrelated (accounts TEXT)')
  expect(accountTables(db).sort()).toStrictEqual([...tables, 'added'].sort())
})
