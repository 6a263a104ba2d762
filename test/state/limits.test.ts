import { expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { type AnyAnswer, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const clock = '2017-03-12T08:00:00Z'

/** Expects that the exported state can be loaded, here and in another emulator, and is the same afterwards. */
async function expectLoadable(emulator: Emulator): Promise<AnyAnswer> {
  const text = await (await fetch(`${emulator.url}/_emulator/state`)).text()
  for (const one of [emulator, await start({ projects: [1] })]) {
    expect(await control(one.url, 'PUT', '/state', text)).toMatchObject({ status: 200 })
    expect(JSON.stringify(one.state.export())).toBe(text)
  }
  return JSON.parse(text)
}

test('`__proto__` is the name of an account like any other', async () => {
  const emulator = await start({ keySource: 'seeded', seed: 's', clock })
  expect(await createCode(emulator, { SecretId: '__proto__' })).toBe('Success')
  emulator.limits.setKeyPairs(3, '__proto__')
  const document = await expectLoadable(emulator)
  const own = (object: object) => Object.getOwnPropertyDescriptor(object, '__proto__')?.value
  expect(own(document.accounts)).toMatchObject({ keyPairs: [{ keyName: 'Tencent' }], limits: { keyPairs: 3 } })
  expect(own(document.requests)).toBe(1)
})

test('an account with counters that was not used yet is exported as an import restores it', async () => {
  const keyPairs = [{ keyName: 'a', publicKey: publicKey('a') }]
  const emulator = await start({ clock, fixtures: { accounts: { one: { keyPairs, numbers: { creates: 1 } } } } })
  await expectLoadable(emulator)
})

test('a project is exported with its members in the same order before and after an import', async () => {
  const emulator = await start({ clock })
  await control(emulator.url, 'POST', '/projects', { projectId: 11 })
  await expectLoadable(emulator)
})
