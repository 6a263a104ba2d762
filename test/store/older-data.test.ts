import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { databaseFile } from '../../src/store/database-file.ts'
import { call, codeOf, createParams, get } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { trusted } from '../support/https.ts'
import { publicKey } from '../support/keys.ts'

/**
 * A data folder as version 0.1.0 left it, with `--key-source seeded --seed 0.1.0`, 1024 bits, the clock frozen at
 * 2026-11-24T08:00:00Z and then advanced, and the starting state in fixtures.json; state.json is what 0.1.0 exported.
 */
const kept = fileURLToPath(new URL('../data/data-folder-0.1.0/', import.meta.url))
const exported = JSON.parse(readFileSync(join(kept, 'state.json'), 'utf8'))

const asWritten = { keySource: 'seeded', seed: '0.1.0', fixtures: join(kept, 'fixtures.json') } as const

/** What 0.1.0 itself answered to the next create, on a copy of the folder. */
const nextPublicKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDkytN4s2Ou9tFDrk64lTAxwklXT5zoxEq//g0Injnv9K7WfROPgTrE3If+NLlSTrWkpMgzascgrbU3Lercx+th4BgvhDshUAIeT1bVOzi3NOuhJEDm4yZULBivZ3ASHB55sWy0xl99Vl7U01K+HYbWNSz/DKIbH2Cz4Iro4GfnbQ== skey_112172'

test('a data folder of 0.1.0 opens with all its data', async () => {
  const data = temporaryFolder()
  cpSync(kept, data, { recursive: true })
  const emulator = await start({ ...asWritten, data, tlsPort: 0 })

  // Credentials, rules, the clock and request counts are not kept in a data folder.
  const { accounts, projects, limits, creates } = await emulator.state.export()
  expect({ accounts, projects, limits, creates }).toStrictEqual({
    accounts: exported.accounts,
    projects: exported.projects,
    limits: exported.limits,
    creates: exported.creates,
  })
  expect(readFileSync(join(kept, 'cvm-emulator-ca.pem'), 'utf8')).toContain(await trusted(emulator))

  const own = exported.accounts.default.keyPairs.map(({ keyName }: { keyName: string }) => keyName)
  const { Response } = await call(emulator, 'DescribeKeyPairs')
  expect(Response.KeyPairSet.map(({ KeyName }: { KeyName: string }) => KeyName).sort()).toStrictEqual(own.sort())
  const bound = Response.KeyPairSet.find(({ KeyName }: { KeyName: string }) => KeyName === 'db')
  expect([bound.Description, bound.AssociatedInstanceIds]).toStrictEqual(['数据库 😀', ['ins-1e4r6y8i']])

  const tagged = await call30(emulator, 'DescribeKeyPairs', {
    Filters: [{ Name: 'tag:env', Values: ['test'] }],
    SecretId: 'AKIDtagged',
  })
  expect(tagged.Response.KeyPairSet.map(({ KeyName }: { KeyName: string }) => KeyName)).toStrictEqual(['tagged'])

  expect(codeOf(await get(emulator, createParams({ KeyName: 'web' })))).toBe('InvalidKeyPairName.Duplicate')
  // The next key is the next one of the seed, as 0.1.0 would have made it, and its number follows
  const { Response: next } = await get(emulator, createParams({ KeyName: 'next' }))
  expect(next.KeyPair?.PublicKey).toBe(nextPublicKey)
})

test('accounts of a data folder of 0.1.0 keep their data, whatever their names are', async () => {
  const data = temporaryFolder()
  cpSync(kept, data, { recursive: true })
  const old = new Database(databaseFile(data))
  // As if they had the number of a state in front already
  old.exec("INSERT INTO limits VALUES ('000000/', 1), ('a', 2), ('000000/a', 3), ('000000/000000/a', 4)")
  old.close()
  const emulator = await start({ data })
  const names = ['000000/', 'a', '000000/a', '000000/000000/a']
  expect(await Promise.all(names.map((name) => emulator.limits.keyPairs(name)))).toStrictEqual([1, 2, 3, 4])
})

test('a document that 0.1.0 had loaded is still the starting state of all accounts', async () => {
  const data = temporaryFolder()
  cpSync(kept, data, { recursive: true })
  const pair = (keyName: string) => ({ keyName, publicKey: publicKey(keyName) })
  const document = {
    version: 1,
    projects: [0, { projectId: 9, projectName: 'nine' }],
    limits: { keyPairs: 7 },
    creates: 3,
    keyPairs: [pair('every')],
    accounts: {
      'a/b': { keyPairs: [pair('own'), pair('other')], limits: { keyPairs: 8 } },
      none: { keyPairs: [] },
      empty: {},
    },
  }
  const old = new Database(databaseFile(data))
  const add = old.prepare('INSERT INTO starts VALUES (?, ?)')
  add.run('', JSON.stringify(document))
  add.run('bare', '{}')
  old.exec('DELETE FROM limits')
  old.close()

  const emulator = await start({ data })
  const names = async (account: string) => {
    const { keyPairs } = await emulator.keyPairs.list(account, { sort: 'oldest' })
    return keyPairs.map(({ keyName }) => keyName)
  }
  expect([await names('new'), await names('a/b'), await names('none'), await names('bare')]).toStrictEqual([
    ['every'],
    ['own', 'other'],
    [],
    [],
  ])
  expect([await emulator.limits.keyPairs('new'), await emulator.limits.keyPairs('a/b')]).toStrictEqual([7, 8])
  expect(await emulator.projects.list('new')).toStrictEqual([0, 9])
  const { keyPairs, accounts } = await emulator.state.export()
  expect(keyPairs).toStrictEqual(document.keyPairs)
  expect(Object.keys(accounts ?? {})).toStrictEqual(
    expect.arrayContaining(['AKIDtagged', 'a/b', 'default', 'empty', 'none']),
  )
  await emulator.reset()
  expect(await names('new')).toStrictEqual([])
})
