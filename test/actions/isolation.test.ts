import { expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

test('200 concurrent SecretIds with the same names are isolated, and a reset of one does not change the others', async () => {
  const emulator = await start()
  const ids = Array.from({ length: 200 }, (_, index) => `AKID${index}`)
  const names = ['one', 'two', 'three']
  const code = async (SecretId: string, KeyName: string) => {
    const params = { SecretId, KeyName, ProjectId: '0', PublicKey: publicKey(KeyName, 1024) }
    return (await call(emulator, 'ImportKeyPair', params)).Response.Error?.Code
  }
  const codes = await Promise.all(ids.flatMap((id) => names.map((name) => code(id, name))))
  expect(new Set(codes)).toStrictEqual(new Set([undefined]))

  const seen = async () => {
    const answers = await Promise.all(ids.map((SecretId) => call(emulator, 'DescribeKeyPairs', { SecretId })))
    return answers.map(({ Response }) => Response.KeyPairSet)
  }
  const before = await seen()
  for (const pairs of before) {
    expect(pairs.map(({ KeyName }: { KeyName: string }) => KeyName).toSorted()).toStrictEqual(names.toSorted())
  }
  expect(new Set(before.flat().map(({ KeyId }: { KeyId: string }) => KeyId)).size).toBe(600)

  await fetch(`${emulator.url}/_emulator/reset`, { method: 'POST', body: '{"account":"AKID77"}' })
  const after = await seen()
  expect(after[77]).toStrictEqual([])
  expect(after.toSpliced(77, 1)).toStrictEqual(before.toSpliced(77, 1))
})
