import { expect, test } from 'vitest'
import { call, createCode } from '../support/api.ts'
import { control } from '../support/controls.ts'
import { start, temporaryFolder } from '../support/emulator.ts'

test('key pairs of a removed project stay, but none can be created in it', async () => {
  const data = temporaryFolder()
  const emulator = await start({ data })
  await call(emulator, 'AddProject', { projectName: 'added' })
  for (const ProjectId of ['1002189', '1002996']) {
    expect(await createCode(emulator, { ProjectId })).toBe('Success')
    const path = `/projects/${ProjectId}?account=default`
    expect(await control(emulator.url, 'DELETE', path)).toStrictEqual({ status: 200, body: { removed: true } })
  }
  await emulator.close()

  const again = await start({ data })
  expect(await again.projects.list('default')).toStrictEqual([0, 1002190])
  expect((await call(again, 'DescribeProject')).data.map(({ projectId }: { projectId: number }) => projectId)).toEqual([
    1002190,
  ])
  expect(await createCode(again, { ProjectId: '1002189', KeyName: 'b' })).toBe('InvalidProjectId.NotFound')
  const { Response } = await call(again, 'DescribeKeyPairs')
  const [first] = Response.KeyPairSet
  expect([Response.TotalCount, first.ProjectId]).toStrictEqual([2, 1002996])
  const renamed = await call(again, 'ModifyKeyPairAttribute', { KeyId: first.KeyId, KeyName: 'renamed' })
  expect(renamed.Response.Error).toBeUndefined()
  expect((await call(again, 'DeleteKeyPairs', { 'KeyIds.0': first.KeyId })).Response.Error).toBeUndefined()
  // With its project a key pair has its scope of names again
  await again.projects.add({ projectId: 1002189 }, 'default')
  expect(await createCode(again, { ProjectId: '1002189' })).toBe('InvalidKeyPairName.Duplicate')
})

test.each([
  ['/projects/5', 404, 'There is no project `5` that every account has.'],
  ['/projects/x?account=AKIDone', 404, 'There is no project `x` in this account.'],
  ['/projects/0', 400, 'Project 0 is the default project, which cannot be removed.'],
])('DELETE %s is refused with %i', async (path, status, message) => {
  const { url } = await start()
  expect(await control(url, 'DELETE', path)).toMatchObject({ status, body: { error: { message } } })
})

test('PATCH of an instance that does not exist is 404, and of a field that it has not is 400', async () => {
  const emulator = await start()
  const path = '/instances/ins-1e4r6y8i'
  expect(await control(emulator.url, 'PATCH', path, { instanceState: 'RUNNING' })).toStrictEqual({
    status: 404,
    body: { error: { code: 'NotFound', message: 'There is no instance `ins-1e4r6y8i` in this account.' } },
  })
  await emulator.instances.add({ instanceId: 'ins-1e4r6y8i' }, 'AKIDone')
  const changes = { account: 'AKIDone', instanceState: 'RUNNING' }
  expect((await control(emulator.url, 'PATCH', path, changes)).body.instance).toMatchObject({
    instanceState: 'RUNNING',
  })
  expect((await control(emulator.url, 'PATCH', path, { instanceId: 'ins-00000000' })).status).toBe(400)
  expect((await control(emulator.url, 'PATCH', path)).body.error.message).toBe(
    'body is missing; it must be an object (the fields of an instance that change).',
  )
})
