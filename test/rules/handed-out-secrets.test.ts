import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FaultRule } from '../../src/emulator.ts'
import { call30 } from '../support/api-3.0.ts'
import { controls, ways } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'

const temporary = { secretId: 'AKIDtemporary', secretKey: 'SecretKeyForAWhile', token: 'TokenForAWhile0123456789' }
const fixtures = { credentials: [temporary, { secretId: 'AKIDlasting', secretKey: 'SecretKeyThatLasts' }] }
const role: FaultRule = {
  action: 'AssumeRole',
  service: 'sts',
  answer: {
    Credentials: {
      TmpSecretId: temporary.secretId,
      TmpSecretKey: { $secretKeyOf: temporary.secretId },
      Token: { $tokenOf: temporary.secretId },
    },
    // Not a reference
    Others: [{ $secretKeyOf: temporary.secretId, more: 1 }, { $tokenOf: 1 }, [{ $secretKeyOf: 'AKIDlasting' }]],
  },
}
const handedOut = {
  Credentials: { TmpSecretId: temporary.secretId, TmpSecretKey: temporary.secretKey, Token: temporary.token },
  Others: [{ $secretKeyOf: temporary.secretId, more: 1 }, { $tokenOf: 1 }, ['SecretKeyThatLasts']],
}

test.each(ways)('%s an answer hands out secrets of a credential, which appear nowhere else', async (way) => {
  const log = createLog()
  const data = temporaryFolder()
  const emulator = await start({ data, fixtures, log: log.stream, logLevel: 'trace' })
  const { addFault, faults, exportState, importState, journal } = controls(emulator, way)
  await importState({ ...(await exportState()), faults: [{ ...role, next: 1 }] })
  const seen = [await addFault(role), await exportState()]
  for (let calls = 0; calls < 2; calls++) {
    const { Response } = await call30(emulator, 'AssumeRole', {}, { Host: 'sts.tencentcloudapi.com' })
    expect(Response).toStrictEqual({ ...handedOut, RequestId: expect.any(String) })
  }
  seen.push(await faults(), await journal())
  const files = readdirSync(data).map((name) => readFileSync(join(data, name), 'latin1'))
  const everything = [JSON.stringify(seen), log.text(), ...files].join('\n')
  for (const secret of [temporary.secretKey, temporary.token, 'SecretKeyThatLasts']) {
    expect(everything).not.toContain(secret)
  }
  expect(JSON.stringify(await exportState())).toContain(JSON.stringify(role.answer))
})

test('a rule in the starting state hands out what the credential has', async () => {
  const emulator = await start({ fixtures: { ...fixtures, faults: [role] } })
  expect((await call30(emulator, 'AssumeRole')).Response).toMatchObject(handedOut)
})

test.each([
  [
    'with a secret itself',
    { Token: temporary.token },
    'may not contain a SecretKey, a Token or what looks like a private key. In an answer, {"$secretKeyOf":"SecretId"} and {"$tokenOf":"SecretId"} stand for those of a credential.',
  ],
  [
    'that refers to no credential',
    { all: [{ $secretKeyOf: 'AKIDother' }] },
    'has `$secretKeyOf` of `AKIDother`, which is not the SecretId of a credential.',
  ],
  [
    'that refers to no token',
    { all: { Token: { $tokenOf: 'AKIDlasting' } } },
    'has `$tokenOf` of `AKIDlasting`, which is not the SecretId of a credential with a token.',
  ],
])('an answer %s is refused', async (_what, answer, problem) => {
  const faults = [{ action: 'AssumeRole', answer }]
  await expect(start({ fixtures: { ...fixtures, faults } })).rejects.toThrow(`--fixtures: /faults/0 ${problem}`)
  const emulator = await start({ fixtures })
  await expect(emulator.faults.add(faults[0] as FaultRule)).rejects.toThrow(`A fault ${problem}`)
  await expect(emulator.state.import({ faults })).rejects.toThrow(`state: /faults/0 ${problem}`)
  expect(await emulator.faults.list()).toStrictEqual([])
})
