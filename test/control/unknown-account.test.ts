import { expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { credential } from '../support/sign.ts'

const resetOf = async (url: string, body: object) => (await control(url, 'POST', '/reset', body)).body

const none = (name: string, advice = '') => ({
  reset: false,
  message: `There is no account \`${name}\`, so nothing was reset.${advice}`,
})

const fixtures = {
  credentials: [{ ...credential, account: 'owner' }],
  accounts: { team: { projects: [7] } },
}

test.each([
  ['deafult', 'default'],
  ['teem', 'team'],
  ['ovner', 'owner'],
  ['AKIDsiner', 'AKIDsigner'],
  ['AKIDcreate', 'AKIDcreated'],
  ['AKIDread1', 'AKIDread'],
  ['AKIDlimitd', 'AKIDlimited'],
  ['ruld', 'ruled'],
])('a reset of %s, which nothing has used, says so and names %s', async (name, nearest) => {
  const { url, limits, faults } = await start({ fixtures, auth: 'off' })
  await createCode({ url }, { SecretId: 'AKIDcreated' })
  await call({ url }, 'DescribeKeyPairs', { SecretId: 'AKIDread' })
  await call({ url }, 'DescribeKeyPairs', { SecretId: 'AKIDlimited' })
  await limits.setKeyPairs(5, 'AKIDlimited')
  await faults.add({ account: 'ruled', error: 'InternalError' })
  expect(await resetOf(url, { account: name })).toStrictEqual(none(name, ` Did you mean \`${nearest}\`?`))
  expect(await resetOf(url, { account: nearest })).toStrictEqual({ reset: true })
})

test.each(['x', '__proto__', 'toString', 'a'.repeat(256)])('no name is similar to %s', async (name) => {
  const { url } = await start({ fixtures })
  expect(await resetOf(url, { account: name })).toStrictEqual(none(name))
})

test('an account is known from its first use until its reset, and in a data folder after a restart', async () => {
  const data = temporaryFolder()
  const first = await start({ data })
  const account = 'AKIDone'
  expect(await resetOf(first.url, { account })).toMatchObject({ reset: false })
  expect(await createCode(first, { SecretId: account })).toBe('Success')
  await first.close()
  const { url } = await start({ data })
  expect(await resetOf(url, { account })).toStrictEqual({ reset: true })
  expect(await resetOf(url, { account })).toMatchObject({ reset: false })
})

test('an account is known if only a limit, a rule, a loaded state or a count of requests names it', async () => {
  const emulator = await start({ keySource: 'seeded', seed: 's', journalSize: 0 })
  const isKnown = async (account: string) => (await resetOf(emulator.url, { account })).reset
  await emulator.limits.setKeyPairs(5, 'limited')
  await emulator.faults.add({ account: 'ruled', delay: 1 })
  await call(emulator, 'DescribeKeyPairs', { SecretId: 'counted' })
  expect([await isKnown('limited'), await isKnown('ruled'), await isKnown('counted')]).toStrictEqual([true, true, true])
  // Each reset has removed what named the account
  expect([await isKnown('limited'), await isKnown('ruled'), await isKnown('counted')]).toStrictEqual([
    false,
    false,
    false,
  ])
  await emulator.state.import({ accounts: { loaded: {} } })
  expect([await isKnown('loaded'), await isKnown('unloaded')]).toStrictEqual([true, false])
})

test('an account that is reset without fixtures before its first use starts without them', async () => {
  const emulator = await start({ fixtures: { limits: { keyPairs: 9 } } })
  expect(await resetOf(emulator.url, { account: 'mine', fixtures: false })).toStrictEqual({
    reset: false,
    message: 'There is no account `mine`, but it starts without the state of --fixtures from now on.',
  })
  expect([await emulator.limits.keyPairs('mine'), await emulator.limits.keyPairs('other')]).toStrictEqual([100, 9])
})

test('with shared accounts every name is known, because it denotes the one account', async () => {
  const { url } = await start({ accounts: 'shared' })
  expect(await resetOf(url, { account: 'any' })).toStrictEqual({ reset: true })
})
