import { expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'

test('startEmulator accepts a fixture as an object', async () => {
  const emulator = await start({ fixtures: { projects: [9] } })
  expect(await createCode(emulator, { ProjectId: '9' })).toBe('Success')
})

test('a document that is given as an object is copied, and its undefined members count as absent', async () => {
  const instance = { instanceId: 'ins-00000001', instanceName: 'before', createdTime: undefined }
  const fixtures = { instances: [instance] } as never
  const emulator = await start({ fixtures, clock: '2017-03-12T08:00:00Z' })
  instance.instanceName = 'after'
  await emulator.reset()
  const { InstanceSet } = (await call(emulator, 'DescribeInstances')).Response
  expect(InstanceSet).toMatchObject([{ InstanceName: 'before', CreatedTime: '2017-03-12T08:00:00Z' }])
})
