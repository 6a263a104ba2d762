import { expect, test } from 'vitest'
import { createAccounts } from '../../../src/identity/accounts.ts'
import { type Claim, createAuthentication } from '../../../src/protocols/auth/authenticate.ts'

const secretId = 'AKIDone'
const timestamp = '1489305600'

/** A claim whose signature matches. */
const claimWith = (nonce: number): Claim => ({
  secretId,
  check: () => undefined,
  verify: () => ({ timestamp, token: undefined, nonce: `${nonce}` }),
  diagnose: () => ({ cause: 'unknown', stringToSign: '', mistake: '', expected: '' }),
})

const open = (now: () => Date) =>
  createAuthentication({
    mode: 'strict',
    accounts: createAccounts('per-secret-id', [{ secretId, secretKey: 'SecretKeyExample' }]),
    window: 300,
    nonceCheck: true,
    now,
  })

test('the last 100,000 nonces are remembered, also long after there have been more', () => {
  const { check } = open(() => new Date(Number(timestamp) * 1000))
  const count = 350_000
  for (let nonce = 0; nonce < count; nonce++) check(claimWith(nonce))
  const isRemembered = (nonce: number) => !check(claimWith(nonce)).ok
  expect([count - 1, count - 50_000, count - 99_999].map(isRemembered)).toStrictEqual([true, true, true])
  // A check adds the nonce, if it is not remembered
  expect([count - 100_001, count - 100_001, 0].map(isRemembered)).toStrictEqual([false, true, false])
})

test('nonces are forgotten after twice the window, and at a reset', () => {
  let now = Number(timestamp) * 1000
  const { check, reset } = open(() => new Date(now))
  const checkAt = (seconds: number, nonce: number) => {
    now = (Number(timestamp) + seconds) * 1000
    return check(claimWith(nonce)).ok
  }
  expect([checkAt(-300, 1), checkAt(-299, 2), checkAt(0, 1), checkAt(300, 1)]).toStrictEqual([true, true, false, false])
  reset('another account')
  expect(checkAt(300, 2)).toBe(false)
  reset(secretId)
  expect([checkAt(300, 1), checkAt(300, 2), checkAt(300, 1)]).toStrictEqual([true, true, false])
})
