import { expect, test } from 'vitest'
import { call } from '../support/api.ts'
import { call30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'

const secretId = (index: number) => `AKID${`${index}`.padStart(4, '0')}${'aB3'.repeat(10).slice(0, 28)}`

const startWithLog = async (options = {}) => {
  const log = createLog()
  const emulator = await start({ log: log.stream, ...options })
  const warnings = () => log.lines().flatMap(({ level, msg }) => (level === 40 ? [msg as string] : []))
  return { emulator, warnings }
}

test.each(['per-secret-id', 'shared'] as const)(
  'a SecretId that looks real is warned of once, in part, with accounts %s',
  async (accounts) => {
    const { emulator, warnings } = await startWithLog({ accounts })
    const Authorization = `TC3-HMAC-SHA256 Credential=${secretId(2)}/`
    for (let round = 0; round < 2; round++) {
      await call(emulator, 'DescribeKeyPairs', { SecretId: secretId(1) })
      await call30(emulator, 'DescribeKeyPairs', {}, { Authorization })
    }
    expect(warnings()).toStrictEqual(
      ['AKID0001', 'AKID0002'].map(
        (shown) =>
          `SecretId ${shown}… looks like a real one. This is an emulator and no place for real credentials; test with made-up ones.`,
      ),
    )
  },
)

test('a SecretId of a credential, and one of another form, is not warned of', async () => {
  const { emulator, warnings } = await startWithLog({ credential: [`${secretId(1)}:SecretKeyExample`] })
  for (const SecretId of [
    secretId(1),
    secretId(1).slice(1),
    `${secretId(1)}x`,
    `${secretId(1).slice(0, -1)}-`,
    'AKIDone',
  ]) {
    await call(emulator, 'DescribeKeyPairs', { SecretId })
  }
  expect(warnings()).toStrictEqual([])
})

test('at most 200 SecretIds are warned of', async () => {
  const { emulator, warnings } = await startWithLog()
  for (let index = 0; index < 210; index++) await call(emulator, 'DescribeRegions', { SecretId: secretId(index) })
  expect(warnings()).toHaveLength(200)
})
