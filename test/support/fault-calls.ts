import type { Emulator } from '../../src/emulator.ts'
import { call, type Sent } from './api.ts'

/** The code of a call that works unless a fault meets it. */
export const describeCode = async (emulator: Emulator, params: Sent = {}) =>
  (await call(emulator, 'DescribeKeyPairs', params)).Response.Error?.Code ?? 'Success'

/** The same, one after another. */
export const codes = async (emulator: Emulator, count: number, params: Sent = {}) => {
  const got: string[] = []
  for (let i = 0; i < count; i++) got.push(await describeCode(emulator, params))
  return got
}

/** An error that only a fault causes. */
export const error = 'InternalServerError'
