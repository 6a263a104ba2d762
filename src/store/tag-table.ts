import type Database from 'better-sqlite3'
import type { Tag } from './records.ts'
import type { TagCondition } from './store.ts'

export type TagTable = ReturnType<typeof tagTable>

/** Creates the access to the tags of each account's key pairs. */
export function tagTable(db: Database.Database) {
  const insert = db.prepare('INSERT INTO tags VALUES (?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM tags WHERE account = ? AND key_id = ?')
  const select = db.prepare<[string, string], Tag>(
    'SELECT tag_key AS key, tag_value AS value FROM tags WHERE account = ? AND key_id = ? ORDER BY position',
  )
  const matching = (condition: string) =>
    db.prepare<string[], string>(`SELECT key_id FROM tags WHERE account = ? AND ${condition}`).pluck()
  const ofKeys = 'tag_key IN (SELECT value FROM json_each(?))'
  const ofValues = 'tag_value IN (SELECT value FROM json_each(?))'
  const byKeys = matching(ofKeys)
  const byValues = matching(ofValues)
  const byBoth = matching(`${ofKeys} AND ${ofValues}`)
  // Most stores never have a tag, and then the query for the tags of each key pair can be skipped
  let hasTags = db.prepare('SELECT 1 FROM tags LIMIT 1').get() !== undefined
  const idsMatching = (account: string, { keys, values }: TagCondition): string[] => {
    const texts = JSON.stringify(values ?? [])
    if (keys === undefined) return byValues.all(account, texts)
    const names = JSON.stringify(keys)
    return values ? byBoth.all(account, names, texts) : byKeys.all(account, names)
  }
  return {
    /** In the order in which they were added. */
    of: (account: string, keyId: string): readonly Tag[] => (hasTags ? select.all(account, keyId) : []),
    add(account: string, keyId: string, tags: readonly Tag[]) {
      for (const [position, { key, value }] of tags.entries()) insert.run(account, keyId, key, value, position)
      hasTags ||= tags.length > 0
    },
    remove: (account: string, keyId: string) => remove.run(account, keyId),
    /** The ids of the key pairs that match every condition. */
    find(account: string, conditions: readonly TagCondition[]): Set<string> {
      const [first = new Set<string>(), ...others] = conditions.map((one) => new Set(idsMatching(account, one)))
      return new Set([...first].filter((keyId) => others.every((ids) => ids.has(keyId))))
    },
  }
}
