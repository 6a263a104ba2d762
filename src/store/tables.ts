import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'

/** The SQLite application id of our files: "CVMe" in ASCII. */
export const applicationId = 0x43564d65

const firstState = 'INSERT INTO states VALUES (0, 0)'

/** The tables of format 8 with a column `account`. */
const tablesOfFormat8 = [
  ...[
    'key_pairs',
    'key_pair_counts',
    'projects',
    'removed_projects',
    'account_numbers',
    'tags',
    'instances',
    'bindings',
  ],
  ...['limits', 'starts', 'populated_accounts'],
]

/** In two steps, so that no row gets the key of one that has not got its own yet: names have at most 256 characters. */
const prefixAccounts = (table: string) =>
  `UPDATE ${table} SET account = hex(zeroblob(150)) || account;
  UPDATE ${table} SET account = '000000/' || substr(account, 301);`

const versions = [
  `
  CREATE TABLE key_pairs (
    sequence INTEGER PRIMARY KEY, account TEXT NOT NULL, name_scope INTEGER NOT NULL, key_id TEXT NOT NULL,
    key_name TEXT NOT NULL, project_id INTEGER NOT NULL, description TEXT NOT NULL, public_key TEXT NOT NULL,
    created_time INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX key_pairs_by_id ON key_pairs (account, key_id);
  CREATE UNIQUE INDEX key_pairs_by_name ON key_pairs (account, name_scope, key_name);
  CREATE TABLE projects (
    account TEXT NOT NULL, project_id INTEGER NOT NULL, PRIMARY KEY (account, project_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE comment_numbers (account TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE key_pairs ADD COLUMN used_by_image INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE key_pairs ADD COLUMN fingerprint BLOB NOT NULL DEFAULT x'';
  UPDATE key_pairs SET fingerprint = fingerprint_of(public_key);
  CREATE UNIQUE INDEX key_pairs_by_key ON key_pairs (account, fingerprint);
  CREATE INDEX key_pairs_by_time ON key_pairs (account, created_time);

  ALTER TABLE projects ADD COLUMN project_name TEXT NOT NULL DEFAULT '';
  ALTER TABLE projects ADD COLUMN project_info TEXT NOT NULL DEFAULT '';
  ALTER TABLE projects ADD COLUMN created_time INTEGER NOT NULL DEFAULT 0;
  UPDATE projects SET project_name = 'project' || project_id;

  CREATE TABLE instances (
    sequence INTEGER PRIMARY KEY, account TEXT NOT NULL, instance_id TEXT NOT NULL, instance_name TEXT NOT NULL,
    instance_state TEXT NOT NULL, os_name TEXT NOT NULL, project_id INTEGER NOT NULL, region TEXT NOT NULL,
    zone TEXT NOT NULL, created_time INTEGER NOT NULL, latest_operation TEXT NOT NULL, operation_ends INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX instances_by_id ON instances (account, instance_id);
  CREATE TABLE bindings (
    account TEXT NOT NULL, instance_id TEXT NOT NULL, key_id TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (account, instance_id, key_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX bindings_by_key ON bindings (account, key_id, instance_id);
  CREATE TABLE seeded_accounts (account TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  // Triggers keep the number of key pairs, because count(*) reads every row
  `
  CREATE TABLE key_pair_counts (
    account TEXT NOT NULL, project_id INTEGER NOT NULL, pairs INTEGER NOT NULL, PRIMARY KEY (account, project_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO key_pair_counts SELECT account, project_id, count(*) FROM key_pairs GROUP BY account, project_id;
  CREATE TRIGGER key_pair_inserted AFTER INSERT ON key_pairs BEGIN
    INSERT INTO key_pair_counts VALUES (NEW.account, NEW.project_id, 1)
      ON CONFLICT (account, project_id) DO UPDATE SET pairs = pairs + 1;
  END;
  CREATE TRIGGER key_pair_deleted AFTER DELETE ON key_pairs BEGIN
    UPDATE key_pair_counts SET pairs = pairs - 1 WHERE account = OLD.account AND project_id = OLD.project_id;
  END;

  ALTER TABLE comment_numbers RENAME TO account_numbers;
  ALTER TABLE account_numbers RENAME COLUMN last TO last_comment;
  ALTER TABLE account_numbers ADD COLUMN creates INTEGER NOT NULL DEFAULT 0;

  DROP INDEX key_pairs_by_name;
  CREATE UNIQUE INDEX key_pairs_by_name ON key_pairs (account, key_name, name_scope);
  CREATE INDEX key_pairs_by_project ON key_pairs (account, project_id, created_time);
  CREATE INDEX instances_by_account ON instances (account);
  CREATE TABLE limits (account TEXT PRIMARY KEY, key_pairs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE starts (account TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE tags (
    account TEXT NOT NULL, key_id TEXT NOT NULL, tag_key TEXT NOT NULL, tag_value TEXT NOT NULL,
    position INTEGER NOT NULL, PRIMARY KEY (account, key_id, tag_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_by_key ON tags (account, tag_key, tag_value);
  CREATE INDEX tags_by_value ON tags (account, tag_value);
  CREATE TRIGGER tagged_key_pair_deleted AFTER DELETE ON key_pairs BEGIN
    DELETE FROM tags WHERE account = OLD.account AND key_id = OLD.key_id;
  END;
  `,
  'ALTER TABLE seeded_accounts RENAME TO populated_accounts',
  // A JSON object
  `ALTER TABLE instances ADD COLUMN details TEXT NOT NULL DEFAULT '{}'`,
  `CREATE TABLE removed_projects (
    account TEXT NOT NULL, project_id INTEGER NOT NULL, PRIMARY KEY (account, project_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX removed_projects_by_id ON removed_projects (project_id)`,
  // A login names the instance, and not the account
  'CREATE INDEX instances_by_instance ON instances (instance_id)',
  // The column `account` begins with the number of a state, as account-keys.ts describes
  `
  CREATE TABLE states (current INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
  ${firstState};
  ${tablesOfFormat8.map(prefixAccounts).join('')}

  CREATE TABLE document_parts (
    part INTEGER PRIMARY KEY, account TEXT NOT NULL, member TEXT NOT NULL, value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX document_parts_by_account ON document_parts (account, member);
  INSERT INTO document_parts SELECT NULL, account, key, value FROM starts, json_each(document)
    WHERE account = '000000/' AND key IN ('projects', 'limits', 'creates', 'keyPairs', 'instances');
  INSERT INTO document_parts SELECT NULL, starts.account || owner.key, member.key, member.value
    FROM starts, json_each(document, '$.accounts') AS owner, json_each(owner.value) AS member
    WHERE starts.account = '000000/';
  -- An account without limits of its own has an empty object, so that it is known
  INSERT INTO document_parts SELECT NULL, starts.account || owner.key, 'limits', '{}'
    FROM starts, json_each(document, '$.accounts') AS owner
    WHERE starts.account = '000000/' AND json_type(owner.value, '$.limits') IS NULL;
  DELETE FROM starts WHERE document <> '{}';
  ALTER TABLE starts DROP COLUMN document;
  ALTER TABLE starts RENAME TO starts_without_fixtures;
  `,
]

/** The format that we write. Each change of the tables adds an entry to `versions`. */
export const schemaVersion = versions.length

/** The tables with a column `account`: all but one. A reset empties them. */
export const accountTables = (db: Database.Database): string[] =>
  db
    .prepare<[], string>(
      `SELECT tables.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table' AND columns.name = 'account'`,
    )
    .pluck()
    .all()

/** Identifies a key regardless of its comment: the hash of type and blob. */
export const fingerprintOf = (publicKey: string): Buffer =>
  createHash('sha256').update(publicKey.split(' ', 2).join(' ')).digest()

/** The statements that make a database like this one, which is empty. */
export const statementsOf = (db: Database.Database): string => {
  const tables = db.prepare<[], string>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all()
  return [...tables, firstState].join(';')
}

/** Brings an empty or older database to the current format in one transaction. */
export function migrate(db: Database.Database): void {
  db.function('fingerprint_of', { deterministic: true }, (line) => fingerprintOf(String(line)))
  const upgrade = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === schemaVersion) return
    if (version > schemaVersion) throw new Error(`format ${version} is newer than ${schemaVersion}`)
    for (const sql of versions.slice(version)) db.exec(sql)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${schemaVersion}`)
  })
  upgrade.immediate()
}
