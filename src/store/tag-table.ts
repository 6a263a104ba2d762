import type Database from 'better-sqlite3'
import type { Tag, TagCondition } from './store.ts'

/** The tags of each account's key pairs. */
export interface TagTable {
  /** In the order in which they were given. */
  of(account: string, keyId: string): readonly Tag[]
  add(account: string, keyId: string, tags: readonly Tag[]): void
  /** The ids of the key pairs that meet every condition. */
  find(account: string, conditions: readonly TagCondition[]): Set<string>
}

export function tagTable(db: Database.Database): TagTable {
  const insert = db.prepare('INSERT INTO tags (account, key_id, tag_key, tag_value, position) VALUES (?, ?, ?, ?, ?)')
  const all = db.prepare<[string, string], Tag>(
    'SELECT tag_key AS key, tag_value AS value FROM tags WHERE account = ? AND key_id = ? ORDER BY position',
  )
  const matching = (condition: string) =>
    db.prepare<string[], string>(`SELECT DISTINCT key_id FROM tags WHERE account = ? AND ${condition}`).pluck()
  const [ofKeys, ofValues] = [
    'tag_key IN (SELECT value FROM json_each(?))',
    'tag_value IN (SELECT value FROM json_each(?))',
  ]
  const byKeys = matching(ofKeys)
  const byValues = matching(ofValues)
  const byBoth = matching(`${ofKeys} AND ${ofValues}`)
  // Most never have any: then none are looked up in vain
  let any = db.prepare('SELECT 1 FROM tags LIMIT 1').get() !== undefined
  const meeting = (account: string, { keys, values }: TagCondition): string[] => {
    const texts = JSON.stringify(values ?? [])
    if (keys === undefined) return byValues.all(account, texts)
    const names = JSON.stringify(keys)
    return values ? byBoth.all(account, names, texts) : byKeys.all(account, names)
  }
  return {
    of: (account, keyId) => (any ? all.all(account, keyId) : none),
    add(account, keyId, tags) {
      for (const [position, { key, value }] of tags.entries()) insert.run(account, keyId, key, value, position)
      any ||= tags.length > 0
    },
    find(account, [first, ...others]) {
      let found = new Set(first ? meeting(account, first) : [])
      for (const condition of others) {
        const next = new Set(meeting(account, condition))
        found = new Set([...found].filter((keyId) => next.has(keyId)))
      }
      return found
    },
  }
}

const none: readonly Tag[] = []
