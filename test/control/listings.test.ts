import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { run, testWith } from '../support/tools.ts'
import { countTurns } from '../support/turns.ts'

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

describe('key pairs are found and ordered', () => {
  const pair = (keyId: string, keyName: string, more: object = {}) =>
    ({ keyId, keyName, publicKey: publicKey(keyId), ...more }) as const
  // The last is the newest
  const keyPairs = [
    pair('skey-00000001', 'Alpha', { description: '50% off' }),
    pair('skey-00000002', 'beta', { description: 'ÄRGER a_b' }),
    pair('skey-0000000a', 'alpha', { projectId: 7 }),
    pair('skey-00000003', 'Gamma', { projectId: 7, description: 'of beta' }),
  ]
  const instances = [
    { instanceId: 'ins-1e4r6y8i', keyIds: ['skey-00000002'] },
    { instanceId: 'ins-3e56fg78', keyIds: ['skey-00000002', 'skey-00000003'] },
  ]
  const other = { keyPairs: [pair('skey-00000009', 'alpha')] }

  test.each([
    ['', ['Gamma', 'alpha', 'beta', 'Alpha']],
    ['sort=newest', ['Gamma', 'alpha', 'beta', 'Alpha']],
    ['sort=oldest', ['Alpha', 'beta', 'alpha', 'Gamma']],
    ['sort=name', ['Alpha', 'Gamma', 'alpha', 'beta']],
    ['q=', ['Gamma', 'alpha', 'beta', 'Alpha']],
    ['q=ALPHA', ['alpha', 'Alpha']],
    ['q=beta&sort=oldest', ['beta', 'Gamma']],
    ['q=skey-0000000A', ['alpha']],
    ['q=INS-3', ['Gamma', 'beta']],
    ['q=ins-1e4r6y8i', ['beta']],
    // Not the instances of another key pair, and not tags, projects or public keys
    ['q=ins-9', []],
    ['q=ssh-rsa', []],
    ['q=%25', ['Alpha']],
    ['q=_', ['beta']],
    ['q=a%25', []],
    ['q=*', []],
    ["q='", []],
    // Only ASCII letters have two cases here
    ['q=%C3%84rger', ['beta']],
    ['q=%C3%A4rger', []],
    ['project=7', ['Gamma', 'alpha']],
    ['project=7&sort=name', ['Gamma', 'alpha']],
    ['project=7&q=PHA', ['alpha']],
    ['project=8', []],
    ['keyId=skey-00000002', ['beta']],
    ['keyId=SKEY-00000002', []],
    ['keyId=skey-0000000', []],
    ['keyId=skey-00000009', []],
    ['keyId=skey-00000002&project=7', []],
    ['keyId=skey-00000002&q=ins', ['beta']],
  ])('by ?%s, in pages and with their number', async (query, expected) => {
    const { url } = await start({ fixtures: { accounts: { default: { projects: [7], keyPairs, instances }, other } } })
    const find = async (more = '') => {
      const { body } = await control(url, 'GET', `/key-pairs?${query}${more}`)
      return [body.total, ...body.keyPairs.map(({ keyName }: { keyName: string }) => keyName)]
    }
    expect(await find()).toStrictEqual([expected.length, ...expected])
    expect(await find('&limit=1&offset=1')).toStrictEqual([expected.length, ...expected.slice(1, 2)])
    expect(await find('&offset=4')).toStrictEqual([expected.length])
  })

  test('after they were bound, renamed and deleted', async () => {
    const emulator = await start({ fixtures: { keyPairs, projects: [7], instances: [{ instanceId: 'ins-1e4r6y8i' }] } })
    const total = async (q: string) => (await emulator.keyPairs.list(undefined, { q })).total
    expect(await total('ins-')).toBe(0)
    const binding = { 'InstanceIds.0': 'ins-1e4r6y8i', 'KeyIds.0': 'skey-00000001' }
    await call(emulator, 'AssociateInstancesKeyPairs', binding)
    expect(await total('ins-')).toBe(1)
    await call(emulator, 'DisassociateInstancesKeyPairs', { ...binding, ForceStop: 'TRUE' })
    expect(await total('ins-')).toBe(0)
    await call(emulator, 'ModifyKeyPairAttribute', { KeyId: 'skey-00000001', KeyName: 'renamed', Description: 'new' })
    expect([await total('50%'), await total('RENAMED'), await total('new')]).toStrictEqual([0, 1, 1])
    await call(emulator, 'DeleteKeyPairs', { 'KeyIds.0': 'skey-00000001' })
    expect(await total('renamed')).toBe(0)
  })
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
  ['/key-pairs?project=x', 'query/project is "x"; it must be an integer from 0 to 9007199254740991.'],
  ['/key-pairs?project=-1', 'query/project is -1; it must be an integer from 0 to 9007199254740991.'],
  ['/key-pairs?sort=size', 'query/sort is "size"; it must be one of newest, oldest, name.'],
  [
    '/key-pairs?keyid=a',
    'query has an unknown parameter `keyid` (did you mean keyId?); valid parameters: limit, offset, account, q, project, keyId, sort.',
  ],
  [
    '/key-pairs?q=a&q=b',
    'query/q is a list of 2; it must be a text (a part of the id, name, description or id of an instance, with ASCII letters in any case).',
  ],
  ['/key-pairs?limit=x', 'query/limit is "x"; it must be an integer from 1 to 1000.'],
])('GET %s is refused', async (path, message) => {
  const { url } = await start()
  expect(await control(url, 'GET', path)).toMatchObject({ status: 400, body: { error: { message } } })
})

test('each account of a list is described in a turn of its own, since it may be populated', async () => {
  const emulator = await start()
  await emulator.state.import({ accounts: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${n}`, {}])) })
  const turns = countTurns()
  await emulator.accounts.list()
  expect(turns()).toBeGreaterThanOrEqual(50)
})
