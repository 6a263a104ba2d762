import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { schemaVersion } from '../../src/store/tables.ts'
import { call, createCode } from '../support/api.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'

/** A data folder in which an emulator has made these key pairs and was stopped. */
async function usedFolder(...creates: Record<string, string>[]): Promise<{ folder: string; file: string }> {
  const folder = temporaryFolder()
  const emulator = await start({ data: folder })
  for (const changes of creates) expect(await createCode(emulator, changes)).toBe('Success')
  await emulator.close()
  return { folder, file: join(folder, 'cvm-emulator.db') }
}

const openAgain = (folder: string, ...flags: string[]) => launch(['--port', '0', '--data', folder, ...flags])

describe('a file that cannot be used ends the start with code 2 and a clear message, and is not changed', () => {
  const cases: [what: string, message: string, spoil: (file: string) => void][] = [
    [
      'is not a database',
      'is not an SQLite database. It was not changed',
      (file) => writeFileSync(file, 'hello '.repeat(99)),
    ],
    [
      'belongs to another program',
      'belongs to another program. It was not changed',
      (file) => {
        writeFileSync(file, '')
        const db = new Database(file)
        db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)')
        db.close()
      },
    ],
    [
      'is newer',
      `was written by a newer cvm-emulator (format 99; this one reads up to ${schemaVersion}). Update cvm-emulator`,
      (file) => {
        const db = new Database(file)
        db.pragma('user_version = 99')
        db.close()
      },
    ],
    [
      'is damaged',
      'cannot be opened (',
      (file) => {
        const bytes = readFileSync(file)
        bytes.fill(0xff, 4096)
        writeFileSync(file, bytes)
      },
    ],
    [
      'is newer according to its WAL',
      'was written by a newer cvm-emulator (format 99',
      (file) => {
        const script = `
          const db = new (require('better-sqlite3'))(${JSON.stringify(file)})
          db.pragma('journal_mode = WAL')
          db.pragma('user_version = 99')
          process.kill(process.pid, 'SIGKILL')`
        expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL')
        expect(readFileSync(file).readUInt32BE(60)).toBe(schemaVersion)
      },
    ],
    ['is truncated', 'cannot be opened (', (file) => writeFileSync(file, readFileSync(file).subarray(0, 6000))],
  ]

  test.each(cases)('%s', async (_what, message, spoil) => {
    const { folder, file } = await usedFolder({})
    spoil(file)
    const before = readFileSync(file)
    const emulator = openAgain(folder)
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toContain(`cvm-emulator: ${file}: ${message}`)
    expect(emulator.stderr()).not.toMatch(/\n\s+at /)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('is a folder', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'cvm-emulator.db'))
    const emulator = openAgain(folder)
    expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
    expect(emulator.stderr()).toContain('cannot be opened (')
  })

  test('is in a folder that cannot be created', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    for (const folder of [join(file, 'data'), '/proc/cvm-emulator']) {
      const emulator = openAgain(folder)
      expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
      expect(emulator.stderr()).toMatch(/[Cc]hoose another --data FOLDER\./)
    }
  })
})

describe.each(['project', 'account'] as const)('under name-scope %s', (nameScope) => {
  test('a folder is created, and names and counts are the same after a restart, also after a delete', async () => {
    const data = join(temporaryFolder(), 'a', 'b')
    const open = () => start({ data, nameScope, keyPairLimit: 2 })
    const first = await open()
    const created = await call(first, 'CreateKeyPair', { KeyName: 'a', ProjectId: '0' })
    expect([await createCode(first, { KeyName: 'b' }), await createCode(first, { KeyName: 'c' })]).toStrictEqual([
      'Success',
      'InvalidKeyPair.LimitExceeded',
    ])
    await call(first, 'DeleteKeyPairs', { 'KeyIds.0': created.Response.KeyPair.KeyId })
    await first.close()

    const second = await open()
    expect([
      await createCode(second, { KeyName: 'b' }),
      await createCode(second, { KeyName: 'a' }),
      await createCode(second, { KeyName: 'c' }),
      await createCode(second, { KeyName: 'c', ProjectId: '1002189' }),
    ]).toStrictEqual([
      'InvalidKeyPairName.Duplicate',
      'Success',
      'InvalidKeyPair.LimitExceeded',
      nameScope === 'account' ? 'InvalidKeyPair.LimitExceeded' : 'Success',
    ])
  })
})

test('a key pair has the time of the emulator, and a closed database is one file', async () => {
  const folder = temporaryFolder()
  const emulator = await start({ data: folder, clock: '2017-03-12T08:00:00Z' })
  expect(await createCode(emulator)).toBe('Success')
  await emulator.close()
  expect(readdirSync(folder)).toStrictEqual(['cvm-emulator.db'])
  const db = new Database(join(folder, 'cvm-emulator.db'), { readonly: true })
  const created = db.prepare('SELECT created_time FROM key_pairs').pluck().get()
  db.close()
  expect(created).toBe(Date.UTC(2017, 2, 12, 8))
})

test('a file of the first format is migrated with its data', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'cvm-emulator.db')
  const old = new Database(file)
  old.exec(readFileSync(new URL('../data/format-1.sql', import.meta.url), 'utf8'))
  old.close()
  const emulator = await start({ data: folder })
  const { Response } = await call(emulator, 'DescribeKeyPairs')
  expect(Response.KeyPairSet).toMatchObject([
    {
      KeyId: 'skey-aaaaaaaa',
      KeyName: 'old',
      PublicKey: 'ssh-rsa AAAAold skey_112168',
      CreatedTime: '2017-03-12T08:00:00Z',
    },
  ])
  const project = (await call(emulator, 'DescribeProject')).data.at(0)
  expect(project).toMatchObject({ projectId: 7, projectName: 'project7' })
  expect([
    await createCode(emulator, { KeyName: 'old' }),
    await createCode(emulator, { ProjectId: '7' }),
  ]).toStrictEqual(['InvalidKeyPairName.Duplicate', 'Success'])
})

test('a project that was added is still there after a restart', async () => {
  const { folder } = await usedFolder()
  const first = await start({ data: folder })
  await fetch(`${first.url}/_emulator/projects`, { method: 'POST', body: '{"projectId":7}' })
  await first.close()
  expect(await createCode(await start({ data: folder }), { ProjectId: '7' })).toBe('Success')
})

test('the start fails with a list of the names that are not unique under the new scope, and the file is not changed', async () => {
  const { folder, file } = await usedFolder({ KeyName: 'a' }, { KeyName: 'a', ProjectId: '1002189' }, { KeyName: 'b' })
  const before = readFileSync(file)
  const emulator = openAgain(folder, '--name-scope', 'account')
  expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
  expect(emulator.stderr()).toMatch(
    /--name-scope account is not possible because an account uses these names more than once:\n {2}default: a \(skey-\w{8} in project 0, skey-\w{8} in project 1002189\)\nStart with --name-scope project/,
  )
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('the start also fails for such names after the previous process was killed', async () => {
  const folder = temporaryFolder()
  const killed = openAgain(folder, '--key-bits', '1024')
  const url = await killed.ready
  await createCode({ url }, { KeyName: 'a' })
  await createCode({ url }, { KeyName: 'a', ProjectId: '1002189' })
  killed.child.kill('SIGKILL')
  await killed.ended
  const file = join(folder, 'cvm-emulator.db')
  const before = readFileSync(file)
  const emulator = openAgain(folder, '--name-scope', 'account')
  expect(await emulator.ended).toStrictEqual({ code: 2, signal: null })
  expect(emulator.stderr()).toContain('--name-scope account is not possible')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('the scope can be changed in both directions while all names are unique', async () => {
  const { folder } = await usedFolder({ KeyName: 'a' }, { KeyName: 'b', ProjectId: '1002189' })
  const wide = await start({ data: folder, nameScope: 'account' })
  expect(await createCode(wide, { KeyName: 'a', ProjectId: '1002189' })).toBe('InvalidKeyPairName.Duplicate')
  await wide.close()
  const narrow = await start({ data: folder, nameScope: 'project' })
  expect([
    await createCode(narrow, { KeyName: 'a', ProjectId: '1002189' }),
    await createCode(narrow, { KeyName: 'b', ProjectId: '1002189' }),
  ]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate'])
})
