import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { run, testWith } from '../support/tools.ts'

testWith('ssh-keygen')('the fingerprints of key pairs are those that ssh-keygen prints', async () => {
  const folder = temporaryFolder()
  const emulator = await start()
  for (const KeyName of ['a', 'b']) await createCode(emulator, { KeyName })
  const { body } = await control(emulator.url, 'GET', '/key-pairs')
  expect(body.total).toBe(2)
  for (const { publicKey: line, fingerprints } of body.keyPairs) {
    const file = join(folder, 'key.pub')
    writeFileSync(file, `${line}\n`)
    expect(run('ssh-keygen', ['-lf', file]).output.split(' ')[1]).toBe(fingerprints.sha256)
    expect(run('ssh-keygen', ['-E', 'md5', '-lf', file]).output.split(' ')[1]).toBe(fingerprints.md5)
  }
})

test('accounts are those that were used or that something names, with their counts', async () => {
  const keyPairs = [{ keyName: 'web', publicKey: publicKey('web') }]
  const { url } = await start({
    fixtures: { accounts: { prepared: { keyPairs, instances: [{ instanceId: 'ins-1e4r6y8i' }] } } },
    credential: ['AKIDsigner:SecretKeyExample'],
  })
  await createCode({ url }, { SecretId: 'AKIDuser' })
  await call({ url }, 'DescribeRegions', { SecretId: 'AKIDreader' })
  const none = { keyPairs: 0, instances: 0, requests: 0, hasCredential: false, mustSign: false }
  const accounts = [
    { ...none, name: 'AKIDreader', requests: 1 },
    { ...none, name: 'AKIDsigner', hasCredential: true, mustSign: true },
    { ...none, name: 'AKIDuser', keyPairs: 1, requests: 1 },
    { ...none, name: 'default' },
    { ...none, name: 'prepared', keyPairs: 1, instances: 1 },
  ]
  expect(await control(url, 'GET', '/accounts')).toStrictEqual({ status: 200, body: { total: 5, accounts } })
  const page = (await control(url, 'GET', '/accounts?limit=2&offset=1')).body
  expect(page).toStrictEqual({ total: 5, accounts: accounts.slice(1, 3) })
})

describe('mustSign says whether the API refuses an unsigned request for an account', () => {
  const credentials = [
    { secretId: 'AKIDteam', secretKey: 'SecretKeyExample', account: 'team' },
    { secretId: 'AKIDown', secretKey: 'SecretKeyExample' },
    { secretId: 'default', secretKey: 'SecretKeyExample' },
  ]
  const ofDefault = { secretId: 'AKIDdefault', secretKey: 'SecretKeyExample', account: 'default' }
  test.each([
    ['off', 'per-secret-id', credentials, []],
    ['known', 'per-secret-id', credentials, ['AKIDown', 'team']],
    ['known', 'per-secret-id', [...credentials, ofDefault], ['AKIDown', 'default', 'team']],
    ['known', 'shared', credentials, []],
    ['strict', 'per-secret-id', credentials, ['AKIDown', 'AKIDuser', 'default', 'team']],
    ['strict', 'shared', credentials, ['default']],
  ] as const)('--auth %s, --accounts %s', async (auth, accounts, given, expected) => {
    const { url } = await start({ auth, accounts, fixtures: { credentials: given } })
    // A refused request makes its account known, too
    for (const SecretId of [undefined, 'AKIDuser', 'team', 'AKIDown']) {
      await call({ url }, 'DescribeKeyPairs', SecretId === undefined ? {} : { SecretId })
    }
    const { body } = await control(url, 'GET', '/accounts')
    const listed = body.accounts as { name: string; mustSign: boolean }[]
    expect(listed.filter(({ mustSign }) => mustSign).map(({ name }) => name)).toStrictEqual(expected)
    for (const { name, mustSign } of listed) {
      const answer = await call({ url }, 'DescribeKeyPairs', name === 'default' ? {} : { SecretId: name })
      expect([name, 'Error' in answer.Response]).toStrictEqual([name, mustSign])
    }
  })
})

test.each([
  ['/accounts?limit=0', 'query/limit is 0; it must be an integer from 1 to 1000.'],
  ['/accounts?limit=1001', 'query/limit is 1001; it must be an integer from 1 to 1000.'],
  ['/key-pairs?offset=-1', 'query/offset is -1; it must be an integer from 0 to 9007199254740991.'],
  ['/key-pairs?limit=x', 'query/limit is "x"; it must be an integer from 1 to 1000.'],
])('GET %s is refused', async (path, message) => {
  const { url } = await start()
  expect(await control(url, 'GET', path)).toMatchObject({ status: 400, body: { error: { message } } })
})
