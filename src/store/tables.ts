import type Database from 'better-sqlite3'

/** Marks a file as ours; "CVMe" in ASCII. */
export const applicationId = 0x43564d65

const versions = [
  `
  CREATE TABLE key_pairs (
    sequence     INTEGER PRIMARY KEY,
    account      TEXT    NOT NULL,
    name_scope   INTEGER NOT NULL,
    key_id       TEXT    NOT NULL,
    key_name     TEXT    NOT NULL,
    project_id   INTEGER NOT NULL,
    description  TEXT    NOT NULL,
    public_key   TEXT    NOT NULL,
    created_time INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX key_pairs_by_id   ON key_pairs (account, key_id);
  CREATE UNIQUE INDEX key_pairs_by_name ON key_pairs (account, name_scope, key_name);

  CREATE TABLE projects (
    account    TEXT    NOT NULL,
    project_id INTEGER NOT NULL,
    PRIMARY KEY (account, project_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE comment_numbers (
    account TEXT    PRIMARY KEY,
    last    INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]

/** The format that this version writes: one more than the last for every change of the tables. */
export const schemaVersion = versions.length

/** Brings an empty or older database to the present format, wholly or not at all. */
export function migrate(db: Database.Database): void {
  const upgrade = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === schemaVersion) return
    for (const sql of versions.slice(version)) db.exec(sql)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${schemaVersion}`)
  })
  upgrade.immediate()
}
