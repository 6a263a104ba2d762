import { expect, test } from 'vitest'
import type { AnyAnswer } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { publicKey } from '../support/keys.ts'
import { launch } from '../support/process.ts'

test('a client of any language can do everything through HTTP', async () => {
  const url = await launch(['--port', '0', '--key-bits', '1024', '--key-pair-limit', '2']).ready
  const api = async (Action: string, params: Record<string, string>) => {
    const query = new URLSearchParams({ Action, Version: '2017-03-12', ...params })
    return ((await (await fetch(`${url}/v2/index.php?${query}`)).json()) as AnyAnswer).Response
  }
  const PublicKey = publicKey('shared')
  const accounts = Array.from({ length: 200 }, (_, index) => `AKID${index}`)
  const use = (SecretId: string) => api('ImportKeyPair', { SecretId, KeyName: 'mine', ProjectId: '0', PublicKey })
  for (const SecretId of accounts) await use(SecretId)
  await control(url, 'POST', '/reset', { account: 'AKID42' })
  const used = await Promise.all(accounts.map((SecretId) => use(SecretId)))
  const codes = used.map((answer) => answer.Error?.Code ?? 'Success')
  expect(codes.indexOf('Success')).toBe(42)
  expect(codes.filter((code) => code !== 'InvalidKeyPairName.Duplicate')).toHaveLength(1)

  const state = (await control(url, 'GET', '/state')).body
  expect(Object.keys(state.accounts)).toHaveLength(200)
  await control(url, 'POST', '/reset')
  expect(await control(url, 'PUT', '/state', state)).toStrictEqual({ status: 200, body: { imported: true } })
  expect((await api('DescribeKeyPairs', { SecretId: 'AKID199' })).TotalCount).toBe(1)

  await control(url, 'POST', '/clock/freeze', { time: '2017-03-12T08:00:00Z' })
  const account = 'team'
  const at = { account, action: 'CreateKeyPair' }
  await control(url, 'POST', '/faults', { id: 'second', ...at, after: 1, next: 1, error: 'InternalServerError' })
  await control(url, 'POST', '/faults', { id: 'third', ...at, after: 2, next: 1, delay: 40 })
  const create = (KeyName: string) =>
    api('CreateKeyPair', { SecretId: account, KeyName, ProjectId: '0', Token: 'hidden' })
  const first = await create('a')
  for (const KeyName of ['b', 'b', 'c']) await create(KeyName)
  await control(url, 'POST', '/limits', { keyPairs: 3, account })
  await control(url, 'POST', '/clock/advance', { milliseconds: 61_000 })
  await create('c')

  const { entries } = (await control(url, 'GET', `/journal?account=${account}`)).body
  const told = entries.map(({ time, parameters, code, faults }: AnyAnswer) => [time, parameters.KeyName, code, faults])
  expect(told).toStrictEqual([
    ['2017-03-12T08:00:00.000Z', 'a', 'Success', []],
    ['2017-03-12T08:00:00.000Z', 'b', 'InternalServerError', ['second']],
    ['2017-03-12T08:00:00.000Z', 'b', 'Success', ['third']],
    ['2017-03-12T08:00:00.000Z', 'c', 'InvalidKeyPair.LimitExceeded', []],
    ['2017-03-12T08:01:01.000Z', 'c', 'Success', []],
  ])
  expect(entries[0]).toMatchObject({
    requestId: first.RequestId,
    signature: 'unchecked',
    parameters: { Token: '[redacted]' },
  })
  expect(entries[2].durationMs).toBeGreaterThanOrEqual(39)
  expect((await control(url, 'GET', '/faults')).body.faults).toMatchObject([
    { id: 'second', matched: 5, hits: 1 },
    { id: 'third', matched: 5, hits: 1 },
  ])
  const counted = await control(url, 'GET', '/journal/count?code=Success&action=CreateKeyPair')
  expect(counted.body).toStrictEqual({ count: 3 })
})
