import type { Emulator } from '../../src/emulator.ts'
import { call, type Sent } from './api.ts'

/** The code of a call that succeeds unless a fault applies. */
export const describeCode = async (emulator: Emulator, params: Sent = {}) =>
  (await call(emulator, 'DescribeKeyPairs', params)).Response.Error?.Code ?? 'Success'

/** The codes of several such calls, one after another. */
export const codes = async (emulator: Emulator, count: number, params: Sent = {}) => {
  const got: string[] = []
  for (let i = 0; i < count; i++) got.push(await describeCode(emulator, params))
  return got
}

/** A code that only a fault causes here. */
export const error = 'InternalServerError'
