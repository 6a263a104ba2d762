import type { Emulator, EmulatorOptions } from '../../src/emulator.ts'
import { createParams, get, type Sent } from './api.ts'
import { start } from './emulator.ts'
import { credential } from './sign.ts'

/** An emulator that checks everybody's signature, its clock at the time of `sign`. */
export const openStrict = (options: EmulatorOptions = {}): Promise<Emulator> =>
  start({ auth: 'strict', clock: '2017-03-12T08:00:00Z', fixtures: { credentials: [credential] }, ...options })

const names = ['a', 'b', 'c', 'd']

/** The parameters of a create whose name differs by index. */
export const create = (index: number): Sent => createParams({ KeyName: names[index] })

/** The code of an answer, and which parameter its message names. */
export async function told(emulator: { readonly url: string }, params: Sent): Promise<string> {
  const { Response } = await get(emulator, params)
  const named = /parameter `(\w+)`/.exec(Response.Error?.Message ?? '')?.[1]
  return [Response.Error?.Code ?? 'Success', named].filter(Boolean).join(' ')
}
