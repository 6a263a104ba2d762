import { describe, expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'

const tally = (codes: readonly string[]) => {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))

describe.each(['project', 'account'] as const)('with name-scope %s', (nameScope) => {
  test('64 concurrent creates of one name give one key pair', async () => {
    const emulator = await start({ nameScope })
    const codes = await Promise.all(times(64, () => createCode(emulator, { KeyName: 'same' })))
    expect(tally(codes)).toStrictEqual({ Success: 1, 'InvalidKeyPairName.Duplicate': 63 })
  })

  test('150 concurrent creates against a limit of 100 give 100 key pairs', async () => {
    const emulator = await start({ nameScope, keyPairLimit: 100 })
    const codes = await Promise.all(times(150, (index) => createCode(emulator, { KeyName: `k${index}` })))
    expect(tally(codes)).toStrictEqual({ Success: 100, 'InvalidKeyPair.LimitExceeded': 50 })
    expect(await createCode(emulator, { KeyName: 'one_more' })).toBe('InvalidKeyPair.LimitExceeded')
  })
})

test('with name-scope project, names and the limit apply to each project', async () => {
  const emulator = await start({ nameScope: 'project', keyPairLimit: 1 })
  expect([
    await createCode(emulator, { KeyName: 'a', ProjectId: '0' }),
    await createCode(emulator, { KeyName: 'a', ProjectId: '1002189' }),
    await createCode(emulator, { KeyName: 'a', ProjectId: '1002189' }),
    await createCode(emulator, { KeyName: 'b', ProjectId: '1002189' }),
  ]).toStrictEqual(['Success', 'Success', 'InvalidKeyPairName.Duplicate', 'InvalidKeyPair.LimitExceeded'])
})

test('with name-scope account, names and the limit apply to the account', async () => {
  const emulator = await start({ nameScope: 'account', keyPairLimit: 2 })
  expect([
    await createCode(emulator, { KeyName: 'a', ProjectId: '0' }),
    await createCode(emulator, { KeyName: 'a', ProjectId: '1002189' }),
    await createCode(emulator, { KeyName: 'b', ProjectId: '1002189' }),
    await createCode(emulator, { KeyName: 'c', ProjectId: '1002190' }),
  ]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate', 'Success', 'InvalidKeyPair.LimitExceeded'])
})

test('different SecretIds have separate key pairs, unless accounts are shared', async () => {
  const apart = await start({ accounts: 'per-secret-id' })
  expect([
    await createCode(apart, { SecretId: 'AKIDone' }),
    await createCode(apart, { SecretId: 'AKIDtwo' }),
    await createCode(apart, { SecretId: undefined }),
    await createCode(apart, { SecretId: '' }),
  ]).toStrictEqual(['Success', 'Success', 'Success', 'InvalidKeyPairName.Duplicate'])

  const shared = await start({ accounts: 'shared' })
  expect([
    await createCode(shared, { SecretId: 'AKIDone' }),
    await createCode(shared, { SecretId: 'AKIDtwo' }),
  ]).toStrictEqual(['Success', 'InvalidKeyPairName.Duplicate'])
})
