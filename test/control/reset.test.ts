import { describe, expect, test } from 'vitest'
import { call, createCode, createParams, get } from '../support/api.ts'
import { controls, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { credential, sign } from '../support/sign.ts'

const fixtures = {
  projects: [7],
  limits: { keyPairs: 9 },
  credentials: [credential],
  keyPairs: [{ keyId: 'skey-00000000', keyName: 'fixed', publicKey: publicKey('fixed') }],
  instances: [{ instanceId: 'ins-00000000' }],
}

describe.each(ways)('%s', (way) => {
  test('a reset of all accounts restores the starting state of every part', async () => {
    const emulator = await start({ clock: '2017-03-12T08:00:00Z', nonceCheck: 'on', latency: 1, fixtures })
    const { reset, ...tools } = controls(emulator, way)
    const signed = sign({
      Action: 'DescribeKeyPairs',
      Version: '2017-03-12',
      Timestamp: `${Date.UTC(2017, 2, 12, 8) / 1000}`,
    })
    const everything = async () => ({
      clock: await tools.clock(),
      limit: await tools.limit(),
      faults: (await tools.faults()).map(({ id }: { id: string }) => id),
      journal: await tools.count(),
      signed: (await get(emulator, signed)).Response.Error?.Code ?? 'Success',
      project: await createCode(emulator, { KeyName: 'p', ProjectId: '8' }),
      create: (await get(emulator, createParams({ KeyName: 'new' }))).Response.KeyPair?.PublicKey.split(' ')[2],
      pairs: (await call(emulator, 'DescribeKeyPairs')).Response.TotalCount,
      bound: (await call(emulator, 'DescribeInstances')).Response.InstanceSet[0].LoginSettings.KeyIds,
    })
    await reset()
    const before = await everything()
    await tools.advance(5000)
    await tools.setLimit(50)
    await tools.addFault({ action: 'AddProject', error: 'InternalError' })
    await emulator.faults.remove('latency')
    await fetch(`${emulator.url}/_emulator/projects`, { method: 'POST', body: '{"projectId":8}' })
    await call(emulator, 'AssociateInstancesKeyPairs', { 'InstanceIds.0': 'ins-00000000', 'KeyIds.0': 'skey-00000000' })
    const between = await everything()
    for (const name of ['clock', 'limit', 'faults', 'journal', 'signed', 'project', 'create', 'bound'] as const) {
      expect(between[name], name).not.toStrictEqual(before[name])
    }
    await reset()
    expect(await everything()).toStrictEqual(before)
    await tools.importState({ keyPairs: [], credentials: [], instances: [] })
    expect((await call(emulator, 'DescribeKeyPairs')).Response.TotalCount).toBe(0)
    await reset()
    expect(await everything()).toStrictEqual(before)
  })

  test('a reset of one of 200 accounts does not change the others', async () => {
    const emulator = await start({ poolSize: 0 })
    const { reset, count, setLimit, limit, addFault, faults } = controls(emulator, way)
    const accounts = Array.from({ length: 200 }, (_, index) => `AKID${index}`)
    const PublicKey = publicKey('same')
    const put = (SecretId: string) =>
      call(emulator, 'ImportKeyPair', { SecretId, KeyName: 'a', ProjectId: '0', PublicKey })
    for (const account of accounts) await put(account)
    await setLimit(3, 'AKID7')
    await addFault({ account: 'AKID7', action: 'AddProject', error: 'InternalError' })
    await addFault({ account: 'AKID8', action: 'AddProject', error: 'InternalError' })
    await reset('AKID7')
    const total = async (SecretId: string) =>
      (await call(emulator, 'DescribeKeyPairs', { SecretId })).Response.TotalCount
    const totals = await Promise.all(accounts.map(total))
    expect(totals).toStrictEqual(accounts.map((account) => (account === 'AKID7' ? 0 : 1)))
    expect([await limit('AKID7'), await count({ account: 'AKID7', action: 'ImportKeyPair' })]).toStrictEqual([100, 0])
    expect(await faults()).toMatchObject([{ account: 'AKID8' }])
  })

  test('a reset without fixtures leaves none of their entries until a reset with fixtures', async () => {
    const emulator = await start({ fixtures })
    const { reset, limit } = controls(emulator, way)
    const state = async (SecretId = '') => [
      (await call(emulator, 'DescribeKeyPairs', { SecretId })).Response.TotalCount,
      (await call(emulator, 'DescribeInstances', { SecretId })).Response.TotalCount,
      (await call(emulator, 'DescribeProject', { SecretId })).data.length,
      await limit(SecretId || 'default'),
    ]
    const [full, bare] = [
      [1, 1, 3, 9],
      [0, 0, 2, 100],
    ]
    expect(await state()).toStrictEqual(full)
    await reset('default', { fixtures: false })
    expect([await state(), await state('other')]).toStrictEqual([bare, full])
    await reset(undefined, { fixtures: false })
    expect([await state(), await state('other')]).toStrictEqual([bare, bare])
    await reset()
    expect([await state(), await state('other')]).toStrictEqual([full, full])
  })
})

test('a reset restarts the request ids of a seed, for all accounts or for one', async () => {
  const emulator = await start({ keySource: 'seeded', seed: 's' })
  const id = async (SecretId: string) =>
    (await get(emulator, { Action: 'DescribeKeyPairs', Version: '2017-03-12', SecretId })).Response.RequestId
  const first = [await id('one'), await id('two')]
  await emulator.reset('one')
  expect(await id('one')).toBe(first[0])
  expect(await id('two')).not.toBe(first[1])
  await emulator.reset()
  expect([await id('one'), await id('two')]).toStrictEqual(first)
})

test('simultaneous creates happen either before or after a reset', async () => {
  const emulator = await start({ poolSize: 0 })
  const creates = Array.from({ length: 30 }, (_, index) => get(emulator, createParams({ KeyName: `k${index}` })))
  await creates[3]
  await emulator.reset()
  const answers = await Promise.all(creates)
  const left = (await call(emulator, 'DescribeKeyPairs', { Limit: '100' })).Response
  const kept = left.KeyPairSet.map(({ KeyId }: { KeyId: string }) => KeyId)
  const made = answers.flatMap((answer) => answer.Response.KeyPair?.KeyId ?? [])
  expect(made).toHaveLength(30)
  // Only the key pairs created after the reset exist, and their numbers start again
  expect(kept.length).toBeLessThan(30)
  expect(made.filter((id) => kept.includes(id))).toHaveLength(kept.length)
  const comments = left.KeyPairSet.map(({ PublicKey }: { PublicKey: string }) => Number(PublicKey.split('skey_')[1]))
  expect(comments.sort()).toStrictEqual(kept.map((_: string, index: number) => 112168 + index))
})

test('a reset without fixtures also removes their rules and clock, but not those of options', async () => {
  const options = { faults: [{ error: 'InvalidFilter' as const }], clock: { frozen: '2001-01-01T00:00:00Z' } }
  const emulator = await start({ latency: 1, fixtures: options })
  await emulator.reset(undefined, { fixtures: false })
  expect((await emulator.faults.list()).map(({ id }) => id)).toStrictEqual(['latency'])
  expect(await emulator.clock.isFrozen()).toBe(false)
  await emulator.reset()
  expect([(await emulator.faults.list()).length, await emulator.clock.isFrozen()]).toStrictEqual([2, true])
})

describe.each(ways)('%s', (way) => {
  test('an account can be named by any SecretId that belongs to it', async () => {
    const shared = await start({ accounts: 'shared' })
    const { reset, count, setLimit, limit } = controls(shared, way)
    await createCode(shared, { SecretId: 'AKIDa' })
    expect(await count({ account: 'AKIDb' })).toBe(1)
    await setLimit(5, 'AKIDb')
    expect(await limit('default')).toBe(5)
    await reset('AKIDc')
    expect((await call(shared, 'DescribeKeyPairs')).Response.TotalCount).toBe(0)
  })
})

test('a reset removes imported credentials, and a reset of an account restarts its counts in rules', async () => {
  const emulator = await start({ rateLimit: 1, auth: 'known' })
  await emulator.state.import({ credentials: [{ secretId: 'AKIDnew', secretKey: 'some-secret-key' }] })
  await emulator.reset()
  const code = async (SecretId: string) =>
    (await call(emulator, 'DescribeKeyPairs', { SecretId })).Response.Error?.Code ?? 'Success'
  const exceeded = 'InvalidRequest.RequestConcurrencyExceeded'
  expect([await code('AKIDnew'), await code('AKIDnew'), await code('b'), await code('b')]).toStrictEqual([
    'Success',
    exceeded,
    'Success',
    exceeded,
  ])
  await emulator.reset('b')
  expect([await code('AKIDnew'), await code('b')]).toStrictEqual([exceeded, 'Success'])
})

test('a reset of an account without fixtures removes the rules for that account', async () => {
  const emulator = await start({
    fixtures: {
      faults: [
        { id: 'a', account: 'A', delay: 1 },
        { id: 'b', delay: 1 },
      ],
    },
  })
  await emulator.reset('A', { fixtures: false })
  expect((await emulator.faults.list()).map(({ id }) => id)).toStrictEqual(['b'])
  await emulator.reset('A')
  expect((await emulator.faults.list()).map(({ id }) => id)).toStrictEqual(['b', 'a'])
})

test('a reset restores the number of creates of the starting state', async () => {
  const options = {
    keySource: 'seeded',
    seed: 's',
    fixtures: { accounts: { default: { numbers: { creates: 5 } } } },
  } as const
  const emulator = await start(options)
  const blob = async (KeyName: string) => (await get(emulator, createParams({ KeyName }))).Response.KeyPair?.PublicKey
  const first = await blob('a')
  await emulator.reset()
  expect(await blob('a')).toBe(first)
})

test('an unknown query parameter resets nothing', async () => {
  const emulator = await start()
  await createCode(emulator)
  const answer = await fetch(`${emulator.url}/_emulator/reset?account=one`, { method: 'POST' })
  expect([answer.status, await createCode(emulator)]).toStrictEqual([400, 'InvalidKeyPairName.Duplicate'])
})
