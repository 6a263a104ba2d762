import { expect, test } from 'vitest'
import type { RsaKeyPair } from '../../src/keys/key-source.ts'
import { openKeySource } from '../../src/keys/open-key-source.ts'
import { createActivity } from '../../src/system/activity.ts'
import { createCode, createParams, target } from '../support/api.ts'
import { startWithParts } from '../support/emulator.ts'
import { keyThreads } from '../support/key-threads.ts'
import { publicKey } from '../support/keys.ts'

/** A source whose keys the test finishes, at most `count` at a time. */
function keysOnDemand(count: number) {
  const finish: ((key: RsaKeyPair) => void)[] = []
  const build = () => new Promise<RsaKeyPair>((resolve) => finish.push(resolve))
  const threads = { ...keyThreads(count).threads, prime: async () => 3n, build }
  const options = { seed: undefined, keyBits: 1024, createCount: () => 0, firstAccount: 'a', poolSize: 0 }
  return { keys: openKeySource({ ...options, threads, activity: createActivity() }), finish }
}

test('when a waiting client hangs up, no key pair is created and the next request gets the key', async () => {
  const { keys, finish } = keysOnDemand(1)
  const emulator = await startWithParts({ keys })
  const hangUp = new AbortController()
  const gone = fetch(emulator.url + target(createParams({ KeyName: 'gone' })), { signal: hangUp.signal })
  const turn = () => new Promise(setImmediate)
  while (finish.length === 0) await turn()
  const next = createCode(emulator, { KeyName: 'next' })
  hangUp.abort()
  await expect(gone).rejects.toThrow()
  while (!emulator.log.text().includes('CallerGone')) await turn()
  finish[0]?.({ privateKey: 'the only key', publicKey: publicKey('only', 1024) })
  expect(await next).toBe('Success')
  const found = await fetch(`${emulator.url}/v2/index.php?Action=DescribeKeyPairs&Version=2017-03-12`)
  expect(await found.json()).toMatchObject({ Response: { TotalCount: 1, KeyPairSet: [{ KeyName: 'next' }] } })
  expect(emulator.log.lines().filter(({ level }) => Number(level) >= 50)).toStrictEqual([])
})

/** Starts an emulator that gets keys only from `finishAll`. */
async function startWithoutKeys() {
  const { keys, finish } = keysOnDemand(9)
  const emulator = await startWithParts({ keys })
  const finishAll = () => {
    for (const [index, one] of finish.splice(0).entries()) {
      one({ privateKey: 'a key', publicKey: publicKey(`${index}`, 1024) })
    }
  }
  return { ...emulator, waiting: () => finish.length, finishAll }
}

test('a client that hung up during a delay uses no key', async () => {
  const emulator = await startWithoutKeys()
  emulator.faults.add({ delay: 300 })
  const hangUp = new AbortController()
  const gone = fetch(emulator.url + target(createParams({ KeyName: 'gone' })), { signal: hangUp.signal })
  while (emulator.faults.list()[0]?.hits === 0) await new Promise(setImmediate)
  hangUp.abort()
  await expect(gone).rejects.toThrow()
  const [entry] = await emulator.journal.waitFor({}, { timeout: 30_000 })
  expect(entry).toMatchObject({ code: 'CallerGone', account: 'default', parameters: { KeyName: 'gone' } })
})

test('a limit that is set while creates wait for keys applies to them', async () => {
  const emulator = await startWithoutKeys()
  const creates = ['a', 'b', 'c'].map((KeyName) => createCode(emulator, { KeyName }))
  while (emulator.waiting() < 3) await new Promise(setImmediate)
  emulator.limits.setKeyPairs(1)
  emulator.finishAll()
  const codes = await Promise.all(creates)
  expect(codes.filter((code) => code === 'Success')).toHaveLength(1)
})
