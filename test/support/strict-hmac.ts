import type { Emulator, EmulatorOptions } from '../../src/emulator.ts'
import { createParams, get, type Sent } from './api.ts'
import { start } from './emulator.ts'
import { credential } from './sign.ts'

/** An emulator that checks every signature, with its clock at the time of `sign`. */
export const openStrict = (options: EmulatorOptions = {}): Promise<Emulator> =>
  start({ auth: 'strict', clock: '2017-03-12T08:00:00Z', fixtures: { credentials: [credential] }, ...options })

const names = ['a', 'b', 'c', 'd']

/** The parameters of a CreateKeyPair with another name for each index. */
export const create = (index: number): Sent => createParams({ KeyName: names[index] })

/** The code of an answer, followed by the parameter that its message names. */
export async function resultOf(emulator: { readonly url: string }, params: Sent): Promise<string> {
  const { Response } = await get(emulator, params)
  const named = /parameter `(\w+)`/.exec(Response.Error?.Message ?? '')?.[1]
  return [Response.Error?.Code ?? 'Success', named].filter(Boolean).join(' ')
}
