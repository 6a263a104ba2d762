import { describe, expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start } from '../support/emulator.ts'

const [first, last] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']

/** A system time that the test moves. */
function systemTime() {
  let time = Date.parse('2026-01-01T00:00:00Z')
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { now: () => new Date(time), pass }
}

const instanceOf = (name: string, time: string) => ({ instances: [{ instanceId: 'ins-00000000', [name]: time }] })

describe.each([
  ['before the year 1', '0001-01-01T00:00:00+00:01'],
  ['after the year 9999', '9999-12-31T23:59:59-00:01'],
  ['with parts of a millisecond', '2017-03-12T08:00:00.1234Z'],
])('a time %s', (_what, time) => {
  test('is refused in documents and by the clock', async () => {
    const emulator = await start()
    const message = 'must be a time in the years 1 to 9999, with a zone and at most milliseconds'
    for (const document of [
      { clock: { frozen: time } },
      { projects: [{ projectId: 1, createdTime: time }] },
      instanceOf('createdTime', time),
      instanceOf('operationEnds', time),
    ])
      await expect(emulator.state.import(document)).rejects.toThrow(message)
    for (const path of ['/clock/set', '/clock/freeze'])
      expect((await control(emulator.url, 'POST', path, { time })).body.error.message).toBe(
        `body/time is "${time}"; it ${message}.`,
      )
    await expect(start({ clock: time })).rejects.toThrow('to the millisecond')
  })
})

test('the journal is still searched by times with parts of a millisecond', async () => {
  const { url } = await start()
  expect((await control(url, 'GET', '/journal?since=2017-03-12T08:00:00.123456Z')).status).toBe(200)
})

test.each([first, last, '2024-02-29T23:59:59.120000+08:00'])('%s is kept', async (time) => {
  const emulator = await start()
  await emulator.state.import({ ...instanceOf('operationEnds', time), clock: { frozen: time } })
  const iso = new Date(time).toISOString()
  expect(await emulator.state.export()).toMatchObject({ clock: { frozen: iso } })
  await call(emulator, 'DescribeInstances')
  expect((await emulator.state.export()).accounts?.default?.instances?.[0]?.operationEnds).toBe(iso)
})

test.each([first, last])('a running clock at %s is exported, and loaded at another time', async (time) => {
  const { now, pass } = systemTime()
  const emulator = await start({
    now,
    operationDelay: 60_000,
    fixtures: { instances: [{ instanceId: 'ins-00000000' }] },
  })
  await emulator.clock.set(new Date(time))
  const exported = await emulator.state.export()
  pass(1000)
  expect(await createCode(emulator)).toBe('Success')
  const { Response } = await call(emulator, 'DescribeKeyPairs')
  await call(emulator, 'AssociateInstancesKeyPairs', {
    'InstanceIds.0': 'ins-00000000',
    'KeyIds.0': Response.KeyPairSet[0].KeyId,
  })
  await call(emulator, 'AddProject', { projectName: 'late' })
  const used = await emulator.state.export()
  const other = await start({ now })
  for (const document of [exported, used]) {
    await other.state.import(document)
    expect(await other.state.export()).toStrictEqual(document)
  }
  expect(await other.clock.now()).toStrictEqual(new Date(time === last ? last : Date.parse(first) + 1000))
  const { data } = await call(other, 'DescribeProject', { SecretId: 'default' })
  expect(data.at(-1).createTime).toBe(time === last ? '+010000-01-01 07:59:59' : '0001-01-01 08:00:01')
})
