-- A file as the first format wrote it.
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
INSERT INTO key_pairs VALUES (1, 'default', 0, 'skey-aaaaaaaa', 'old', 0, '', 'ssh-rsa AAAAold skey_112168', 1489305600000);
INSERT INTO projects VALUES ('', 7);
INSERT INTO comment_numbers VALUES ('default', 112168);
PRAGMA application_id = 0x43564d65;
PRAGMA user_version = 1;
