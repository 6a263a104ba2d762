import { expect } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import type { AnyAnswer } from './api.ts'
import { control } from './controls.ts'
import { start } from './emulator.ts'

/** Expects that the exported state can be loaded, here and in another emulator, and is the same afterwards. */
export async function expectLoadable(emulator: Emulator): Promise<AnyAnswer> {
  return expectLoadableIn(emulator, [emulator, await start({ projects: [1] })])
}

/** The same in these emulators. One that is to load credentials must know them. */
export async function expectLoadableIn(emulator: Emulator, others: readonly Emulator[]): Promise<AnyAnswer> {
  const text = await (await fetch(`${emulator.url}/_emulator/state`)).text()
  for (const one of others) {
    expect(await control(one.url, 'PUT', '/state', text)).toMatchObject({ status: 200 })
    expect(JSON.stringify(await one.state.export())).toBe(text)
  }
  return JSON.parse(text)
}
