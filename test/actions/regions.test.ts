import { describe, expect, test } from 'vitest'
import { regionIds } from '../../src/core/regions.ts'
import documented from '../data/regions.json' with { type: 'json' }
import { call, createParams, type Sent } from '../support/api.ts'
import { call30, codeOf30, tc3 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const chinese = { 'X-TC-Language': 'zh-CN' }

describe.each(['2017-03-12', '3.0'])('in %s', (apiVersion) => {
  const answer = async (action: string, region?: string, headers: Sent = {}) => {
    const emulator = await start()
    const { Response } =
      apiVersion === '3.0'
        ? await call30(emulator, action, {}, { ...headers, ...(region && { 'X-TC-Region': region }) })
        : await call(emulator, action, {
            ...(region && { Region: region }),
            ...(headers['X-TC-Language'] && { Language: 'zh-CN' }),
          })
    return Response
  }

  test.each([
    ['English', 'en', {}],
    ['Chinese', 'zh', chinese],
  ] as const)('DescribeRegions lists every region with its name in %s', async (_what, language, headers) => {
    const { TotalCount, RegionSet } = await answer('DescribeRegions', undefined, headers)
    expect(TotalCount).toBe(documented.regions.length)
    expect(RegionSet).toStrictEqual(
      documented.regions.map((one) => ({ Region: one.region, RegionName: one[language], RegionState: one.state })),
    )
  })

  test.each(documented.regions)(
    'DescribeZones lists the zones of $region, in both languages',
    async ({ region, zones }) => {
      const inEnglish = await answer('DescribeZones', region)
      expect([inEnglish.TotalCount, inEnglish.ZoneSet]).toStrictEqual([
        zones.length,
        zones.map(([Zone, ZoneId, , ZoneName, ZoneState]) => ({ Zone, ZoneName, ZoneId, ZoneState })),
      ])
      const inChinese = await answer('DescribeZones', region, chinese)
      expect(inChinese.ZoneSet.map(({ ZoneName }: { ZoneName: string }) => ZoneName)).toStrictEqual(
        zones.map(([, , name]) => name),
      )
    },
  )

  test('DescribeZones lists all zones without a Region, and none for an unknown one', async () => {
    expect((await answer('DescribeZones')).TotalCount).toBe(documented.regions.flatMap(({ zones }) => zones).length)
    expect(await answer('DescribeZones', 'mars-1')).toMatchObject({ TotalCount: 0, ZoneSet: [] })
  })
})

test('X-TC-Language is read in 2017-03-12 too, and another language is English', async () => {
  const { url } = await start()
  const name = async (headers: Sent) => {
    const response = await fetch(`${url}/v2/index.php?Action=DescribeRegions&Version=2017-03-12`, { headers })
    return ((await response.json()) as Awaited<ReturnType<typeof call>>).Response.RegionSet[1].RegionName
  }
  expect([
    await name(chinese),
    await name({ 'X-TC-Language': 'zh-cn' }),
    await name({ 'X-TC-Language': 'fr' }),
  ]).toStrictEqual(['华北地区(北京)', '华北地区(北京)', 'North China (Beijing)'])
})

describe('old short codes', () => {
  const shorts = documented.regions.filter(({ short }) => short !== undefined)

  test.each(shorts)('$short is $region in 2017-03-12, and no region in 3.0', async ({ short = '', region, zones }) => {
    const emulator = await start()
    const counts = [
      (await call(emulator, 'DescribeZones', { Region: short })).Response.TotalCount,
      (await call30(emulator, 'DescribeZones', {}, { 'X-TC-Region': short })).Response.TotalCount,
    ]
    expect(counts).toStrictEqual([zones.length, 0])
    expect((await emulator.journal.find()).map((entry) => entry.region)).toStrictEqual([region, short])
  })

  test('find an instance of the region', async () => {
    const emulator = await start({ fixtures: { instances: [{ instanceId: 'ins-00000001', region: 'ap-hongkong' }] } })
    const count = async (Region: string) => (await call(emulator, 'DescribeInstances', { Region })).Response.TotalCount
    expect([await count('hk'), await count('gz')]).toStrictEqual([1, 0])
  })
})

describe('the Region of a call of 3.0', () => {
  /** Signs by TC3, where the Region is a header. */
  const byHeader = async (action: string, region: string | undefined, more: Sent = {}, body = '{}') => {
    const { port } = await start({
      auth: 'strict',
      clock: new Date(1489305600_000),
      fixtures: { credentials: [credential] },
    })
    const headers = {
      ...{ 'Content-Type': 'application/json', 'X-TC-Action': action, 'X-TC-Version': '2017-03-12' },
      ...{ 'X-TC-Timestamp': '1489305600', ...(region !== undefined && { 'X-TC-Region': region }), ...more },
      Authorization: tc3({ payload: body, service: more['X-TC-Version'] ? 'tag' : 'cvm' }),
    }
    return (await sendRaw(port, request('POST', '/', headers, body))).answer().Response.Error
  }
  /** Signs by HMAC, where the Region is a parameter. */
  const byParameter = async (params: Sent, path = '/') => {
    const { url } = await start({
      auth: 'strict',
      clock: new Date(1489305600_000),
      fixtures: { credentials: [credential] },
    })
    const signed = sign(params, { path })
    const response = await fetch(`${url}${path}?${new URLSearchParams(signed)}`)
    return ((await response.json()) as Awaited<ReturnType<typeof call30>>).Response.Error
  }
  const invalid = (name: string) => `A value specified in \`${name}\` is not valid, is unsupported, or cannot be used. `

  const needing = [
    ...['CreateKeyPair', 'ImportKeyPair', 'DescribeKeyPairs', 'ModifyKeyPairAttribute', 'DeleteKeyPairs'],
    ...['AssociateInstancesKeyPairs', 'DisassociateInstancesKeyPairs', 'DescribeInstances', 'DescribeZones'],
  ]
  test.each(needing)('must be there for %s with --auth strict', async (action) => {
    expect(await byHeader(action, undefined)).toStrictEqual({
      Code: 'MissingParameter',
      Message: expect.stringMatching(/^The request is missing a required parameter `Region`\. /),
    })
    expect(await byHeader(action, '')).toMatchObject({ Code: 'MissingParameter' })
    const message = (await byParameter({ Action: action, Version: '2017-03-12' }))?.Message
    expect(message).toMatch(/^The request is missing a required parameter `Region`\. /)
  })

  test('is not needed for regions and for tags', async () => {
    expect(await byHeader('DescribeRegions', undefined)).toBeUndefined()
    expect(await byHeader('DescribeRegions', 'mars-1')).toBeUndefined()
    const tags = { ServiceType: 'cvm', ResourcePrefix: 'keypair', ResourceIds: ['skey-00000001'], ResourceRegion: '' }
    const version = { 'X-TC-Version': '2018-08-13' }
    expect(
      await byHeader('DescribeResourceTagsByResourceIds', undefined, version, JSON.stringify(tags)),
    ).toBeUndefined()
  })

  test.each(['mars-1', 'gz', 'AP-GUANGZHOU', 'ap-guangzhou-3'])('may not be %s', async (region) => {
    expect(await byHeader('DescribeKeyPairs', region)).toStrictEqual({
      Code: 'InvalidParameterValue',
      Message: `${invalid('X-TC-Region')}\`${region}\` is no region; DescribeRegions lists the regions.`,
    })
    const params = { Action: 'DescribeKeyPairs', Version: '2017-03-12', Region: region }
    expect((await byParameter(params))?.Message.startsWith(invalid('Region'))).toBe(true)
    // A header is not signed by HMAC, and so it is neither the Region nor named
    const { url } = await start({
      auth: 'strict',
      clock: new Date(1489305600_000),
      fixtures: { credentials: [credential] },
    })
    const query = new URLSearchParams(sign(params, { path: '/' }))
    const response = await fetch(`${url}/?${query}`, { headers: { 'X-TC-Region': 'ap-beijing' } })
    expect(((await response.json()) as Awaited<ReturnType<typeof call30>>).Response.Error.Message).toContain('`Region`')
    // 2017-03-12 does not check it
    expect(await byParameter(params, '/v2/index.php')).toBeUndefined()
  })

  test('may be any region that has CVM, also a closed one', async () => {
    for (const { region } of documented.regions) expect(await byHeader('DescribeKeyPairs', region)).toBeUndefined()
  })

  test('may not be a region without CVM', async () => {
    expect(regionIds.length).toBe(documented.regions.length + documented.withoutCvm.length)
    for (const region of documented.withoutCvm) {
      expect(await byHeader('DescribeKeyPairs', region)).toStrictEqual({
        Code: 'UnsupportedRegion',
        Message: `The action not support this region. \`${region}\` has no CVM.`,
      })
    }
  })

  test('is checked after the Version and before the parameters', async () => {
    expect((await byHeader('CreateKeyPair', 'mars-1', { 'X-TC-Version': '2018-01-01' }))?.Code).toMatch(/Version|Auth/)
    expect((await byHeader('CreateKeyPair', 'mars-1'))?.Code).toBe('InvalidParameterValue')
    expect((await byHeader('CreateKeyPair', 'ap-beijing', {}, '{"Colour":"red"}'))?.Code).toBe('UnknownParameter')
  })

  test.each(['off', 'known'] as const)('is not checked with --auth %s', async (auth) => {
    const emulator = await start({ auth })
    const codes = [
      await call30(emulator, 'DescribeKeyPairs', {}),
      await call30(emulator, 'DescribeKeyPairs', {}, { 'X-TC-Region': 'mars-1' }),
    ]
    expect(codes.map(codeOf30)).toStrictEqual(['Success', 'Success'])
    expect(
      (await call(emulator, 'CreateKeyPair', { ...createParams(), Region: 'mars-1' })).Response.Error,
    ).toBeUndefined()
  })
})
