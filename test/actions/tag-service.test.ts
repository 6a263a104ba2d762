import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { call, list } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { ask, type Endpoint, fixtures, instanceId, many, nameOf, other, setTags, web } from '../support/tag-service.ts'

describe('DescribeResourceTagsByResourceIds', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const action = 'DescribeResourceTagsByResourceIds'
  const asked = {
    ServiceType: 'cvm',
    ResourcePrefix: 'keypair',
    ResourceIds: [web, other],
    ResourceRegion: 'ap-guangzhou',
  }
  const open = async () => {
    const emulator = await start({ fixtures })
    await setTags(emulator, nameOf(web), [
      ['name', 'john'],
      ['键', ''],
    ])
    await setTags(emulator, nameOf(other), [['env', 'live']])
    return emulator
  }
  const described = (TagKey: string, TagValue: string, ResourceId: string) => ({
    ...{ TagKey, TagValue, ResourceId, TagKeyMd5: md5(TagKey), TagValueMd5: md5(TagValue) },
    ...{ ServiceType: 'cvm', Category: 'Custom' },
  })

  test('lists the tags of several key pairs with all members, as Terraform asks for them after each read', async () => {
    const emulator = await open()
    const { Response } = await ask(emulator, action, { ...asked, Limit: 20, Offset: 0 })
    expect(Response).toStrictEqual({
      ...{ TotalCount: 3, Offset: 0, Limit: 20, RequestId: expect.any(String) },
      Tags: [described('name', 'john', web), described('键', '', web), described('env', 'live', other)],
    })
    // The sums of the documented example
    expect([Response.Tags[0].TagKeyMd5, Response.Tags[0].TagValueMd5]).toStrictEqual([
      'b068931cc450442b63f5b3d276ea4297',
      '527bd5b5d689e2c32ae974c6229ff785',
    ])
  })

  test.each<[string, object, number, number]>([
    ['by default 15', {}, 3, 3],
    ['the second page', { Limit: 2, Offset: 2 }, 3, 1],
    ['beyond the end', { Limit: 5, Offset: 50 }, 3, 0],
    ['a large page', { Limit: 1000 }, 3, 3],
    ['one id twice', { ResourceIds: [other, other] }, 1, 1],
    ['an unknown id', { ResourceIds: ['skey-zzzzzzzz'] }, 0, 0],
    ['no region', { ResourceRegion: '' }, 3, 3],
    ['another type', { ResourcePrefix: 'image', ResourceIds: [instanceId] }, 0, 0],
    ['instances', { ResourcePrefix: 'instance', ResourceIds: [instanceId] }, 1, 1],
    ['another service', { ServiceType: 'cos' }, 0, 0],
    ['custom tags', { Category: 'Custom' }, 3, 3],
    ['all tags', { Category: 'All' }, 3, 3],
    ['system tags', { Category: 'System' }, 0, 0],
  ])('selects %s', async (_what, params, total, length) => {
    const { Response } = await ask(await open(), action, { ...asked, ...params })
    expect([Response.TotalCount, Response.Tags.length]).toStrictEqual([total, length])
  })

  test.each<[string, object, string]>([
    ['no region', { ResourceRegion: null }, 'MissingParameter'],
    ['an unknown region', { ResourceRegion: 'mars-1' }, 'InvalidParameterValue.RegionInvalid'],
    ['an Offset that is no multiple of the Limit', { Limit: 2, Offset: 3 }, 'InvalidParameterValue'],
    ['a Limit of 0', { Limit: 0 }, 'InvalidParameterValue'],
    ['another category', { Category: 'Mine' }, 'InvalidParameterValue'],
    ['51 ids', { ResourceIds: many(51).map(([id]) => id) }, 'InvalidParameterValue.ResourceIdInvalid'],
  ])('refuses %s', async (_what, params, code) => {
    expect(codeOf30(await ask(await open(), action, { ...asked, ...params }))).toBe(code)
  })
})

describe('DescribeProjects', () => {
  const action = 'DescribeProjects'
  const asked = { AllList: 0, Limit: 20, Offset: 0 }
  const idsOf = async (emulator: Endpoint, params: object) => {
    const { Response } = await ask(emulator, action, { ...asked, ...params })
    return [Response.Total, ...Response.Projects.map(({ ProjectId }: { ProjectId: number }) => ProjectId)]
  }

  test('lists the projects of the account with all members', async () => {
    const { Response } = await ask(await start(), action, asked)
    expect(Response).toStrictEqual({
      Total: 2,
      Projects: [
        {
          ...{ ProjectId: 1002189, ProjectName: 'test1', CreatorUin: 670569769, ProjectInfo: 'info1' },
          CreateTime: '2015-04-28 14:42:53',
        },
        {
          ...{ ProjectId: 1002190, ProjectName: 'test2', CreatorUin: 670569769, ProjectInfo: 'info2' },
          CreateTime: '2015-04-28 14:42:57',
        },
      ],
      RequestId: expect.any(String),
    })
  })

  test('shows what AddProject added, and takes key pairs there', async () => {
    const emulator = await start()
    const { projectId } = await call(emulator, 'AddProject', { projectName: 'shop' })
    expect(await idsOf(emulator, { AllList: 1 })).toStrictEqual([3, 1002189, 1002190, projectId])
    expect(codeOf30(await call30(emulator, 'CreateKeyPair', { KeyName: 'k', ProjectId: projectId }))).toBe('Success')
  })

  test.each<[string, object, number[]]>([
    ['one id', { ProjectId: 1002190 }, [1, 1002190]],
    ['an unknown id', { ProjectId: 5 }, [0]],
    ['a part of the name', { ProjectName: 'test' }, [2, 1002189, 1002190]],
    ['the name', { ProjectName: 'test2' }, [1, 1002190]],
    ['another page', { Limit: 1, Offset: 1 }, [2, 1002190]],
    ['beyond the end', { Offset: 9 }, [2]],
  ])('selects %s', async (_what, params, found) => {
    expect(await idsOf(await start(), params)).toStrictEqual(found)
  })

  test.each<[string, object, string]>([
    ['no AllList', { AllList: null }, 'MissingParameter'],
    ['no Limit', { Limit: null }, 'MissingParameter'],
    ['no Offset', { Offset: null }, 'MissingParameter'],
    ['an AllList of 2', { AllList: 2 }, 'InvalidParameter'],
    ['a Limit of 1001', { Limit: 1001 }, 'InvalidParameter'],
    ['the ProjectId 0', { ProjectId: 0 }, 'InvalidParameter'],
  ])('refuses %s', async (_what, params, code) => {
    expect(codeOf30(await ask(await start(), action, { ...asked, ...params }))).toBe(code)
  })
})

test('the actions of the tag service need their Version, and 2017-03-12 does not have them', async () => {
  const emulator = await start()
  for (const action of ['ModifyResourceTags', 'DescribeResourceTagsByResourceIds', 'DescribeProjects']) {
    expect(codeOf30(await call30(emulator, action))).toBe('NoSuchVersion')
    expect(codeOf30(await call(emulator, action, list('KeyIds', [web])))).toBe('InvalidAction.NotFound')
  }
})
