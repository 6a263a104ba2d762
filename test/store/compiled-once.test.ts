import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'

test('a call compiles no statement and no transaction that an earlier one has used', async () => {
  const emulator = await start()
  const callAll = async (SecretId: string) => {
    await createCode(emulator, { SecretId })
    await call(emulator, 'DescribeKeyPairs', { SecretId })
  }
  await callAll('AKIDone')
  const spies = [vi.spyOn(Database.prototype, 'prepare'), vi.spyOn(Database.prototype, 'transaction')]
  onTestFinished(() => void vi.restoreAllMocks())
  await callAll('AKIDtwo')
  expect(spies.map((spy) => spy.mock.calls)).toStrictEqual([[], []])
})
