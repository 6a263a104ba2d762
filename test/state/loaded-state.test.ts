import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { type AnyAnswer, call, createCode, createParams, get } from '../support/api.ts'
import { brokenBy } from '../support/broken-store.ts'
import { start, startWithParts, temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'
import { credential, sign } from '../support/sign.ts'

const clock = '2017-03-12T08:00:00Z'

test('an imported state survives a restart and a reset of one account, and ends with a full reset', async () => {
  const data = temporaryFolder()
  const first = await start({ data })
  const pair = (keyName: string) => ({ keyName, publicKey: publicKey(keyName) })
  await first.state.import({ keyPairs: [pair('every')], accounts: { one: { keyPairs: [pair('own')] } } })
  await createCode(first, { KeyName: 'more', SecretId: 'one' })
  await first.close()
  const second = await start({ data })
  const names = async (SecretId: string) =>
    (await call(second, 'DescribeKeyPairs', { SecretId })).Response.KeyPairSet.map(({ KeyName }: AnyAnswer) => KeyName)
  expect([await names('one'), await names('two')]).toStrictEqual([['more', 'own'], ['every']])
  await second.reset('one')
  expect(await names('one')).toStrictEqual(['own'])
  await second.reset()
  expect([await names('one'), await names('two')]).toStrictEqual([[], []])
})

test('after a reset without fixtures an export and the list of accounts have nothing of them', async () => {
  const data = temporaryFolder()
  const fixtures = { keyPairs: [{ keyName: 'k', publicKey: publicKey('k') }], accounts: { one: { keyPairs: [] } } }
  const first = await start({ data, fixtures })
  await first.reset(undefined, { fixtures: false })
  const check = async (emulator: Emulator) => {
    const { keyPairs, accounts } = await emulator.state.export()
    expect([keyPairs, accounts, (await emulator.accounts.list()).total]).toStrictEqual([undefined, {}, 1])
  }
  await check(first)
  await first.close()
  const second = await start({ data, fixtures })
  await check(second)
  await second.reset()
  expect((await second.state.export()).keyPairs).toHaveLength(1)
})

test('keys and ids from --seed continue where the document ends', async () => {
  const seeded = () => start({ keySource: 'seeded', seed: 's', clock })
  const [one, other] = [await seeded(), await seeded()]
  const create = (emulator: Emulator, KeyName: string) => get(emulator, createParams({ KeyName, SecretId: 'a' }))
  await create(one, 'a')
  await create(one, 'b')
  await other.state.import(await one.state.export())
  expect(await create(other, 'c')).toStrictEqual(await create(one, 'c'))
})

test('a rule without an id gets one that no rule of the document has', async () => {
  const emulator = await start({ latency: 1 })
  await emulator.state.import({ faults: [{ delay: 1 }, { id: 'fault-1', delay: 2 }] })
  expect((await emulator.faults.list()).map(({ id }) => id)).toStrictEqual(['fault-2', 'fault-1'])
  await emulator.state.import({})
  expect((await emulator.faults.list()).map(({ id }) => id)).toStrictEqual(['latency'])
})

test('comment numbers continue after those of the document, even if it has other counters', async () => {
  const emulator = await start()
  const keyPairs = ['a', 'b'].map((keyName) => ({ keyName, publicKey: publicKey(keyName) }))
  await emulator.state.import({ accounts: { default: { keyPairs, numbers: { creates: 3 } } } })
  const { Response } = await get(emulator, createParams({ KeyName: 'c' }))
  expect(Response.KeyPair?.PublicKey.split(' ')[2]).toBe('skey_112170')
})

describe('what --seed determines continues', () => {
  const id = async (emulator: Emulator, SecretId: string) =>
    (await get(emulator, { Action: 'DescribeKeyPairs', Version: '2017-03-12', SecretId })).Response.RequestId

  test('request ids, also of accounts without data, after an import, a start from the document, and resets', async () => {
    const options = { keySource: 'seeded', seed: 's', clock } as const
    const one = await start(options)
    for (const account of ['', 'only']) await id(one, account)
    const document = await one.state.export()
    const expected = [await id(one, 'only'), await id(one, 'new')]
    const [imported, started] = [await start(options), await start({ ...options, fixtures: document })]
    await imported.state.import(document)
    for (const other of [imported, started]) {
      expect([await id(other, 'only'), await id(other, 'new')]).toStrictEqual(expected)
      await other.reset('only')
      expect(await id(other, 'only')).toBe(expected[0])
    }
  })

  test('keys that were generated before the import are not used', async () => {
    const emulator = await start({ keySource: 'seeded', seed: 's', poolSize: 2 })
    while ((await emulator.keys.level()) < 2) await new Promise(setImmediate)
    await emulator.state.import({ accounts: { default: { numbers: { creates: 100 } } } })
    expect(await emulator.keys.level()).toBe(0)
    await emulator.keys.prefill(2)
    expect(await emulator.keys.level()).toBe(2)
  })
})

test('rules of a document apply to the accounts of its credentials', async () => {
  const emulator = await start({ auth: 'off' })
  await emulator.state.import({
    credentials: [{ secretId: 'AKIDx', secretKey: 'some-secret-key', account: 'team' }],
    faults: [{ account: 'AKIDx', error: 'InvalidFilter' }],
  })
  expect([await createCode(emulator, { SecretId: 'AKIDx' }), await createCode(emulator)]).toStrictEqual([
    'InvalidFilter',
    'Success',
  ])
})

test('a document that contains the rules of options can be a starting state under the same options', async () => {
  const one = await start({ latency: 1 })
  const other = await start({ latency: [2, 3], fixtures: await one.state.export() })
  expect(await other.faults.list()).toMatchObject([{ id: 'latency', delay: [1, 1] }])
})

test('an import clears the journal and the used nonces', async () => {
  const options = { clock, nonceCheck: 'on', fixtures: { credentials: [credential] } } as const
  const emulator = await start(options)
  const signed = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${Date.parse(clock) / 1000}` })
  const code = async () => (await get(emulator, signed)).Response.Error?.Code ?? 'Success'
  expect([await code(), await code()]).toStrictEqual(['Success', 'InvalidRequest.ReplayAttack'])
  await emulator.state.import({ clock: { frozen: clock } })
  expect([await emulator.journal.count(), await code()]).toStrictEqual([0, 'Success'])
})

test('the clock does not change when the store cannot load', async () => {
  const store = brokenBy((whole) => ({
    ...whole,
    load: () => {
      throw new Error('the disk is full')
    },
  }))
  const emulator = await startWithParts({ store }, ['--clock', clock])
  await expect(emulator.state.import({ clock: { frozen: '2001-01-01T00:00:00Z' } })).rejects.toThrow('the disk is full')
  expect(await emulator.clock.now()).toStrictEqual(new Date(clock))
})

test('an import that waits for keys ends with the emulator, and says so', async () => {
  const emulator = await start({ keyBits: 4096 })
  const keyPairs = Array.from({ length: 40 }, (_, n) => ({ keyName: `s${n}`, seed: `s${n}` }))
  const imported = emulator.state.import({ keyPairs })
  const sent = fetch(`${emulator.url}/_emulator/state`, { method: 'PUT', body: JSON.stringify({ keyPairs }) })
  // An answer on another connection: the request before it has been read
  for (let n = 0; n < 20; n++) await fetch(`${emulator.url}/_emulator/health`)
  const closed = emulator.close()
  await expect(imported).rejects.toThrow('The emulator is shutting down.')
  expect((await sent).status).toBe(503)
  await closed
})
