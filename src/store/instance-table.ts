import type Database from 'better-sqlite3'
import { type AccountKeys, nameOf } from './account-keys.ts'
import type { Instance, InstanceDetails } from './records.ts'
import type { Instances, Store } from './store.ts'
import { fingerprintOf } from './tables.ts'

interface Row extends Omit<Instance, 'createdTime' | 'operationEnds' | 'keyIds' | keyof InstanceDetails> {
  readonly createdTime: number
  readonly operationEnds: number
  readonly details: string
}

const columns = `instance_id AS instanceId, instance_name AS instanceName, instance_state AS instanceState,
  os_name AS osName, project_id AS projectId, region, zone, created_time AS createdTime,
  latest_operation AS latestOperation, operation_ends AS operationEnds, details`

/** Most stores never have a binding, and then the query for the instances of each key pair can be skipped. */
export interface Bindings {
  exist: boolean
}

/** See `Instances.pages`. */
const pageLength = 100

/** Creates the access to the instances of an account, of which it takes the value of the column, and to the key pairs bound to them. */
export function instanceTable(db: Database.Database, bindings: Bindings): (account: string) => Instances {
  const sql = prepare(db)
  return (account) => {
    const toInstance = ({ details, ...row }: Row): Instance => ({
      ...row,
      ...(JSON.parse(details) as InstanceDetails),
      createdTime: new Date(row.createdTime),
      operationEnds: new Date(row.operationEnds),
      keyIds: sql.keysOf.all(account, row.instanceId),
    })
    return {
      find(instanceId) {
        const row = sql.find.get(account, instanceId)
        return row && toInstance(row)
      },
      count: () => sql.count.get(account) ?? 0,
      list(region) {
        const rows = sql.list.all(account)
        return rows.filter((row) => region === undefined || row.region === region).map(toInstance)
      },
      *pages() {
        for (let after = 0; ; ) {
          const rows = sql.page.all(account, after)
          yield rows.map(({ sequence: _, ...row }) => toInstance(row))
          if (rows.length < pageLength) return
          after = rows.at(-1)?.sequence ?? after
        }
      },
      add: (instance) => sql.insert.run(toRow(account, instance)).changes > 0,
      update: (instance) => sql.update.run(toRow(account, instance)).changes > 0,
      delete(instanceId) {
        sql.unbind.run(account, instanceId)
        return sql.delete.run(account, instanceId).changes > 0
      },
      setTags(instanceId, tags) {
        sql.setTags.run(JSON.stringify(tags), account, instanceId)
      },
      bind(instanceId, keyIds, operation, ends) {
        bindings.exist = true
        sql.unbind.run(account, instanceId)
        for (const [position, keyId] of keyIds.entries()) sql.bind.run(account, instanceId, keyId, position)
        sql.operate.run(operation, +ends, account, instanceId)
      },
    }
  }
}

/** Creates `Store.ownerOf`. */
export function ownerSearch(db: Database.Database, keys: AccountKeys): Store['ownerOf'] {
  const find = db.prepare<[object], { account: string; isBound: number; hasKey: number }>(
    `SELECT instances.account, bindings.key_id IS NOT NULL AS isBound, key_pairs.key_id IS NOT NULL AS hasKey
     FROM instances
     LEFT JOIN key_pairs ON key_pairs.account = instances.account AND key_pairs.fingerprint = @fingerprint
     LEFT JOIN bindings ON bindings.account = instances.account AND bindings.instance_id = instances.instance_id
       AND bindings.key_id = key_pairs.key_id
     WHERE instances.instance_id = @instanceId AND +instances.account > @from AND +instances.account < @to
     ORDER BY isBound DESC,
       isBound AND instance_state = 'RUNNING' AND operation_ends <= @now AND os_name NOT LIKE '%windows%' DESC, hasKey DESC,
       instances.account = @preferred DESC, instances.sequence
     LIMIT 2`,
  )
  return (instanceId, publicKey, preferred, now) => {
    const fingerprint = fingerprintOf(publicKey)
    const values = { instanceId, fingerprint, preferred: keys.of(preferred), now: +now }
    const [owner, other] = find.all({ ...values, ...keys.range() })
    if (!owner) return undefined
    if (other && owner.isBound + owner.hasKey === 0) return 'several'
    return { account: nameOf(owner.account), isBound: owner.isBound === 1 }
  }
}

function toRow(account: string, instance: Omit<Instance, 'keyIds'>) {
  const { createdTime, operationEnds, privateIpAddresses, publicIpAddresses, ...described } = instance
  const { imageId, instanceType, tags, ...row } = described
  const details = JSON.stringify({ privateIpAddresses, publicIpAddresses, imageId, instanceType, tags })
  return { ...row, createdTime: +createdTime, operationEnds: +operationEnds, account, details }
}

const prepare = (db: Database.Database) => ({
  find: db.prepare<[string, string], Row>(`SELECT ${columns} FROM instances WHERE account = ? AND instance_id = ?`),
  list: db.prepare<[string], Row>(`SELECT ${columns} FROM instances WHERE account = ? ORDER BY sequence DESC`),
  page: db.prepare<[string, number], Row & { readonly sequence: number }>(
    `SELECT ${columns}, sequence FROM instances WHERE account = ? AND sequence > ? ORDER BY sequence LIMIT ${pageLength}`,
  ),
  count: db.prepare<[string], number>('SELECT count(*) FROM instances WHERE account = ?').pluck(),
  insert: db.prepare(
    `INSERT OR IGNORE INTO instances VALUES (NULL, @account, @instanceId, @instanceName, @instanceState, @osName,
       @projectId, @region, @zone, @createdTime, @latestOperation, @operationEnds, @details)`,
  ),
  update: db.prepare(
    `UPDATE instances SET instance_name = @instanceName, instance_state = @instanceState, os_name = @osName,
       project_id = @projectId, region = @region, zone = @zone, created_time = @createdTime,
       latest_operation = @latestOperation, operation_ends = @operationEnds, details = @details
     WHERE account = @account AND instance_id = @instanceId`,
  ),
  delete: db.prepare('DELETE FROM instances WHERE account = ? AND instance_id = ?'),
  operate: db.prepare(
    'UPDATE instances SET latest_operation = ?, operation_ends = ? WHERE account = ? AND instance_id = ?',
  ),
  setTags: db.prepare(
    `UPDATE instances SET details = json_set(details, '$.tags', json(?)) WHERE account = ? AND instance_id = ?`,
  ),
  keysOf: db
    .prepare<string[], string>('SELECT key_id FROM bindings WHERE account = ? AND instance_id = ? ORDER BY position')
    .pluck(),
  bind: db.prepare('INSERT INTO bindings VALUES (?, ?, ?, ?)'),
  unbind: db.prepare('DELETE FROM bindings WHERE account = ? AND instance_id = ?'),
})
