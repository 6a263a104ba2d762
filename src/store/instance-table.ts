import type Database from 'better-sqlite3'
import type { Instance, InstanceState, Instances } from './store.ts'

interface Row {
  instance_id: string
  instance_name: string
  instance_state: InstanceState
  os_name: string
  project_id: number
  region: string
  zone: string
  created_time: number
  latest_operation: string
  operation_ends: number
}

/** Most stores never have a binding, and then the query for the instances of each key pair can be skipped. */
export interface Bindings {
  exist: boolean
}

export const findBindings = (db: Database.Database): Bindings => ({
  exist: db.prepare('SELECT 1 FROM bindings LIMIT 1').get() !== undefined,
})

/** Creates the access to the instances of an account and to the key pairs bound to them. */
export function instanceTable(db: Database.Database, bindings: Bindings): (account: string) => Instances {
  const sql = prepare(db)
  return (account) => {
    const toInstance = (row: Row): Instance => ({
      instanceId: row.instance_id,
      instanceName: row.instance_name,
      instanceState: row.instance_state,
      osName: row.os_name,
      projectId: row.project_id,
      region: row.region,
      zone: row.zone,
      createdTime: new Date(row.created_time),
      latestOperation: row.latest_operation,
      operationEnds: new Date(row.operation_ends),
      keyIds: sql.keysOf.all(account, row.instance_id),
    })
    return {
      find(instanceId) {
        const row = sql.find.get(account, instanceId)
        return row && toInstance(row)
      },
      list: (region) =>
        sql.list
          .all(account)
          .filter((row) => region === undefined || row.region === region)
          .map(toInstance),
      add: (instance) =>
        sql.insert.run({
          ...instance,
          account,
          createdTime: +instance.createdTime,
          operationEnds: +instance.operationEnds,
        }).changes > 0,
      delete(instanceId) {
        sql.unbind.run(account, instanceId)
        return sql.delete.run(account, instanceId).changes > 0
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

const prepare = (db: Database.Database) => ({
  find: db.prepare<[string, string], Row>('SELECT * FROM instances WHERE account = ? AND instance_id = ?'),
  list: db.prepare<[string], Row>('SELECT * FROM instances WHERE account = ? ORDER BY sequence DESC'),
  insert: db.prepare(
    `INSERT OR IGNORE INTO instances (account, instance_id, instance_name, instance_state, os_name, project_id, region,
                                      zone, created_time, latest_operation, operation_ends)
     VALUES (@account, @instanceId, @instanceName, @instanceState, @osName, @projectId, @region,
             @zone, @createdTime, @latestOperation, @operationEnds)`,
  ),
  delete: db.prepare('DELETE FROM instances WHERE account = ? AND instance_id = ?'),
  operate: db.prepare(
    'UPDATE instances SET latest_operation = ?, operation_ends = ? WHERE account = ? AND instance_id = ?',
  ),
  keysOf: db
    .prepare<[string, string], string>(
      'SELECT key_id FROM bindings WHERE account = ? AND instance_id = ? ORDER BY position',
    )
    .pluck(),
  bind: db.prepare('INSERT INTO bindings (account, instance_id, key_id, position) VALUES (?, ?, ?, ?)'),
  unbind: db.prepare('DELETE FROM bindings WHERE account = ? AND instance_id = ?'),
})
