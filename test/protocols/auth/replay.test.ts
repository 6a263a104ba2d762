import { describe, expect, test } from 'vitest'
import { createParams, get } from '../../support/api.ts'
import { start } from '../../support/emulator.ts'
import { credential, sign } from '../../support/sign.ts'
import { create, openStrict, resultOf } from '../../support/strict-hmac.ts'

describe('the window', () => {
  const now = 1489305600
  test.each([
    [
      300,
      [-301, -300, 0, 300, 301],
      ['InvalidRequest.ReplayAttack', 'Success', 'Success', 'Success', 'InvalidRequest.ReplayAttack'],
    ],
    [0, [-1, 0, 1, 2], ['InvalidRequest.ReplayAttack', 'Success', 'Success', 'InvalidRequest.ReplayAttack']],
    [18000, [-18000, -18001], ['Success', 'InvalidRequest.ReplayAttack']],
  ] as const)('of %i seconds', async (authWindow, offsets, expected) => {
    const codes = []
    for (const offset of offsets) {
      codes.push(
        await resultOf(
          await openStrict({ authWindow, clock: new Date(now * 1000) }),
          sign({ ...createParams(), Timestamp: `${now + offset}` }),
        ),
      )
    }
    expect(codes).toStrictEqual(expected)
  })

  test.each(['', 'now', '1489305600.5', '-1'])('the Timestamp "%s" is invalid', async (Timestamp) => {
    expect(await resultOf(await openStrict(), sign({ ...createParams(), Timestamp }))).toBe(
      'InvalidParameter Timestamp',
    )
  })

  test('is measured in whole seconds', async () => {
    const emulator = await openStrict({ authWindow: 0, clock: new Date(now * 1000 + 999) })
    expect(await resultOf(emulator, sign({ ...createParams(), Timestamp: `${now}` }))).toBe('Success')
  })

  test('the error has the server time', async () => {
    const { Response } = await get(await openStrict(), sign({ ...createParams(), Timestamp: '1489300000' }))
    expect(Response.Error?.Message).toContain('the server time 1489305600')
  })
})

describe('a repeated request', () => {
  test('is accepted by default, because clients repeat it on a retry', async () => {
    const emulator = await openStrict()
    expect([await resultOf(emulator, sign(create(0))), await resultOf(emulator, sign(create(0)))]).toStrictEqual([
      'Success',
      'InvalidKeyPairName.Duplicate',
    ])
  })

  test('with nonce-check on is a replay, but not for another SecretId or after a reset', async () => {
    let now = Date.UTC(2017, 2, 12, 8)
    const other = { secretId: 'AKIDother', secretKey: credential.secretKey }
    const emulator = await start({
      auth: 'strict',
      nonceCheck: 'on',
      now: () => new Date(now),
      fixtures: { credentials: [credential, other] },
    })
    const again = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12' })
    const byOther = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', SecretId: other.secretId })
    const codes = [await resultOf(emulator, again), await resultOf(emulator, again), await resultOf(emulator, byOther)]
    await emulator.reset()
    codes.push(await resultOf(emulator, again))
    now += 301_000
    codes.push(await resultOf(emulator, again))
    expect(codes).toStrictEqual([
      'Success',
      'InvalidRequest.ReplayAttack',
      'Success',
      'Success',
      'InvalidRequest.ReplayAttack',
    ])
  })

  test('is remembered as long as its Timestamp is valid, and forgotten by a reset of its account only', async () => {
    let now = Date.UTC(2017, 2, 12, 8)
    const emulator = await start({
      auth: 'strict',
      nonceCheck: 'on',
      now: () => new Date(now),
      fixtures: { credentials: [credential] },
    })
    const ahead = sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${now / 1000 + 300}` })
    const codes = [await resultOf(emulator, ahead)]
    now += 400_000
    codes.push(await resultOf(emulator, ahead))
    await emulator.reset('another account')
    codes.push(await resultOf(emulator, ahead))
    await emulator.reset(credential.secretId)
    codes.push(await resultOf(emulator, ahead))
    // The same Nonce with another Timestamp is not a repetition
    codes.push(
      await resultOf(emulator, sign({ Action: 'DescribeKeyPairs', Version: '2017-03-12', Timestamp: `${now / 1000}` })),
    )
    expect(codes).toStrictEqual([
      'Success',
      'InvalidRequest.ReplayAttack',
      'InvalidRequest.ReplayAttack',
      'Success',
      'Success',
    ])
  })

  test('after a wrong signature is not a replay', async () => {
    const emulator = await openStrict({ nonceCheck: 'on' })
    const right = sign(create(0))
    expect([await resultOf(emulator, { ...right, Signature: 'x' }), await resultOf(emulator, right)]).toStrictEqual([
      'InvalidParameter.SignatureFailure',
      'Success',
    ])
  })
})
