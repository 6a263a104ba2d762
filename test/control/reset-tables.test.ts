import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { databaseFile } from '../../src/store/database-file.ts'
import { call, createCode } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

/** Uses every part of an emulator that has a data folder, so that each of its tables has rows. */
async function useAll(emulator: Emulator): Promise<void> {
  const keyPairs = [{ keyId: 'skey-00000000', keyName: 'fixed', publicKey: publicKey('fixed') }]
  const instances = [{ instanceId: 'ins-00000000' }]
  await emulator.state.import({ keyPairs, instances })
  for (const SecretId of ['one', 'two']) {
    const Tags = [{ Key: 'a', Value: 'b' }]
    const TagSpecification = [{ ResourceType: 'keypair', Tags }]
    await call30(emulator, 'CreateKeyPair', { KeyName: 'tagged', ProjectId: 0, TagSpecification }, as(SecretId))
    const binding = { InstanceIds: ['ins-00000000'], KeyIds: ['skey-00000000'] }
    await call30(emulator, 'AssociateInstancesKeyPairs', binding, as(SecretId))
    await call(emulator, 'AddProject', { SecretId, projectName: 'added' })
    await emulator.projects.remove(1002189, SecretId)
    await emulator.limits.setKeyPairs(50, SecretId)
  }
  await emulator.reset('one', { fixtures: false })
  await createCode(emulator, { SecretId: 'one' })
}

/** What an unsigned request says in 3.0 about who sends it. */
const as = (secretId: string) => ({ Authorization: `TC3-HMAC-SHA256 Credential=${secretId}/` })

type Row = Readonly<Record<string, unknown>>

/** Every row of every table that has data of accounts, as the database itself lists them. */
function rowsOf(folder: string): Record<string, Row[]> {
  const db = new Database(databaseFile(folder), { readonly: true })
  try {
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
    const names = tables.filter((name) => name !== 'states')
    return Object.fromEntries(names.map((name) => [name, db.prepare<[], Row>(`SELECT * FROM ${name}`).all()]))
  } finally {
    db.close()
  }
}

describe('of the tables in a data folder', () => {
  test('each has rows after use, and after a reset of everything those of a new folder', async () => {
    const [used, fresh] = [temporaryFolder(), temporaryFolder()]
    const emulator = await start({ data: used })
    await useAll(emulator)
    await emulator.close()
    expect(Object.entries(rowsOf(used)).filter(([, rows]) => rows.length === 0)).toStrictEqual([])

    for (const data of [used, fresh]) {
      const again = await start({ data })
      await again.reset()
      await again.close()
    }
    expect(rowsOf(used)).toStrictEqual(rowsOf(fresh))
  })

  test.each(['one', 'two'])('a reset of account %s takes its rows away, and no others', async (account) => {
    const data = temporaryFolder()
    const emulator = await start({ data })
    await useAll(emulator)
    await emulator.close()
    const before = rowsOf(data)
    const again = await start({ data })
    await again.reset(account)
    await again.close()
    const others = Object.entries(before).map(([name, rows]) => [
      name,
      rows.filter((row) => !`${row.account}`.endsWith(`/${account}`)),
    ])
    expect(rowsOf(data)).toStrictEqual(Object.fromEntries(others))
    expect(rowsOf(data)).not.toStrictEqual(before)
  })
})
