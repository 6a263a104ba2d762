import { describe, expect, test } from 'vitest'
import { type AnyAnswer, call, createCode, type Sent } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { credential, sign } from '../support/sign.ts'

const now = () => new Date('2017-03-12T08:00:00Z')
const account = (emulator: { url: string }, Action: string, params: Sent = {}): Promise<AnyAnswer> =>
  fetch(`${emulator.url}/v2/index.php?${new URLSearchParams({ Action, ...params })}`).then((answer) => answer.json())

test('a project of AddProject is listed and accepts key pairs immediately, in its account only', async () => {
  const emulator = await start({ now })
  const added = await account(emulator, 'AddProject', {
    projectName: '项目1',
    projectDesc: '说明 & more',
    SecretId: 'AKIDone',
  })
  expect(added).toStrictEqual({ code: 0, message: '', projectId: 1002996 })
  expect((await account(emulator, 'AddProject', { projectName: 'second', SecretId: 'AKIDone' })).projectId).toBe(
    1002997,
  )

  const { data } = await account(emulator, 'DescribeProject', { SecretId: 'AKIDone' })
  expect(data.slice(2)).toStrictEqual([
    {
      projectName: '项目1',
      projectId: 1002996,
      createTime: '2017-03-12 16:00:00',
      creatorUin: 670569769,
      projectInfo: '说明 & more',
    },
    {
      projectName: 'second',
      projectId: 1002997,
      createTime: '2017-03-12 16:00:00',
      creatorUin: 670569769,
      projectInfo: '',
    },
  ])
  expect([
    await createCode(emulator, { ProjectId: '1002996', SecretId: 'AKIDone' }),
    await createCode(emulator, { ProjectId: '1002996', SecretId: 'AKIDtwo' }),
  ]).toStrictEqual(['Success', 'InvalidProjectId.NotFound'])
})

test('DescribeProject lists the projects of options, fixtures and the control interface, without the default one', async () => {
  const emulator = await start({
    projects: [0, 7],
    fixtures: { projects: [8, { projectId: 9, projectName: 'nine', projectInfo: 'ninth' }] },
  })
  await fetch(`${emulator.url}/_emulator/projects`, { method: 'POST', body: '{"projectId":10,"projectName":"ten"}' })
  const { data } = await account(emulator, 'DescribeProject', { allList: '1' })
  const brief = data.map((p: { projectId: number; projectName: string; projectInfo: string }) => [
    p.projectId,
    p.projectName,
    p.projectInfo,
  ])
  expect(brief).toStrictEqual([
    [7, 'project7', ''],
    [8, 'project8', ''],
    [9, 'nine', 'ninth'],
    [10, 'ten', ''],
  ])
})

describe('errors have the same envelope, with integers', () => {
  test.each([
    ['AddProject', {}, 4000, '`projectName`'],
    ['AddProject', { projectName: '' }, 4000, '`projectName`'],
    ['AddProject', { projectName: 'no blanks' }, 4000, '`no blanks`'],
    ['AddProject', { projectName: 'test1' }, 5100, '(1036)'],
    ['DescribeProject', { allList: '2' }, 4000, '`allList`'],
    ['AddProject', { projectName: 'x', EmulatorError: 'InternalError' }, 6000, 'internal error'],
    ['AddProject', { projectName: 'x', EmulatorError: 'AuthFailure' }, 4100, 'credentials'],
    ['DescribeProject', { 'Nul\0': 'x' }, undefined, 'NUL'],
  ])('%s %j is %s', async (action, params, code, expected) => {
    const answer = await account(await start(), action, params)
    if (code === undefined) expect(answer.Response.Error.Message).toContain(expected)
    else expect(answer).toStrictEqual({ code, message: expect.stringContaining(expected) })
  })

  test('the hundred and first project is refused', async () => {
    const emulator = await start({ projects: [0, ...Array.from({ length: 99 }, (_, index) => index + 1)] })
    expect((await account(emulator, 'AddProject', { projectName: 'last' })).code).toBe(0)
    expect(await account(emulator, 'AddProject', { projectName: 'onemore' })).toStrictEqual({
      code: 5100,
      message: expect.stringContaining('(1015)'),
    })
  })

  test.each([
    ['a wrong signature', { SecretId: 'AKIDone', Timestamp: '1489305600', Nonce: '1', Signature: 'x' }, 4100],
    ['an unknown SecretId', { SecretId: 'AKIDtwo', Timestamp: '1489305600', Nonce: '1', Signature: 'x' }, 4104],
    ['a missing SecretId', {}, 4000],
    ['an old Timestamp', sign({ Action: 'DescribeProject', Timestamp: '1489300000' }), 4500],
  ])('so does %s', async (_what, params, code) => {
    const emulator = await start({
      auth: 'strict',
      fixtures: { credentials: [{ secretId: 'AKIDone', secretKey: 'k' }, credential] },
      now,
    })
    expect(await account(emulator, 'DescribeProject', params)).toStrictEqual({ code, message: expect.any(String) })
  })
})

test('any Version is ignored', async () => {
  const emulator = await start()
  for (const params of [{ Version: '2017-03-12' }, { Version: '' }, { Version: 'x' }] as Sent[]) {
    expect((await call(emulator, 'DescribeProject', params)).code).toBe(0)
  }
})
