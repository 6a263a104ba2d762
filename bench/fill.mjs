import { accountKeys } from '../src/store/account-keys.ts'
import { openDatabaseFile } from '../src/store/database-file.ts'

/**
 * A data folder with so many key pairs in each of so many accounts, `AKID0` and so on. Their names are `k00000`,
 * `k00001` and so on, none of them a part of another; their ids count from `skey-00000000` in hex through all accounts.
 * The public keys are of the right length, and no more.
 */
export function fill(folder, { accounts, each }) {
  const db = openDatabaseFile(folder, () => {})
  const account = accountKeys(db).of('AKID')
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${accounts * each - 1})
    INSERT INTO key_pairs (account, name_scope, key_id, key_name, project_id, description, public_key, created_time, fingerprint)
    SELECT '${account}' || (i / ${each}), 0, 'skey-' || printf('%08x', i), 'k' || printf('%05d', i % ${each}), 0, '',
           'ssh-rsa ' || hex(randomblob(186)) || ' skey_' || (112168 + i % ${each}), 1500000000000 + i, randomblob(32)
    FROM n`)
  db.exec(`INSERT INTO account_numbers SELECT account, 112167 + ${each}, 0 FROM key_pair_counts`)
  db.close()
}

export const nameOf = (number) => `k${String(number).padStart(5, '0')}`

export const keyIdOf = (number) => `skey-${number.toString(16).padStart(8, '0')}`
