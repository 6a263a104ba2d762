import { expect, test } from 'vitest'
import { isServiceHost } from '../../../src/protocols/auth/host-names.ts'
import documented from '../../data/regions.json' with { type: 'json' }

const regions = [...documented.regions.map(({ region }) => region), ...documented.withoutCvm]
const ends = ['tencentcloudapi.com', 'tencentcloudapi.com.cn', 'tencentcloudapi.cn']

/** Every published shape (docs/behaviour.md#hosts-of-the-service). */
const middles = [
  '',
  ...['intl', 'internal', 'ai'].flatMap((family) => [
    `.${family}`,
    ...regions.flatMap((region) => [`.${family}.${region}`, `.${region}.${family}`]),
  ]),
  ...regions.map((region) => `.${region}`),
]

test('every shape of a host of the service is known', () => {
  const hosts = ['cvm', 'tag', 'hunyuan'].flatMap((service) =>
    ends.flatMap((end) => middles.map((middle) => `${service}${middle}.${end}`)),
  )
  expect(hosts.length).toBeGreaterThan(2_500)
  expect(hosts.filter((host) => !isServiceHost(host))).toStrictEqual([])
  const older = ['cvm', 'account', 'tag', 'image'].map((service) => `${service}.api.qcloud.com`)
  expect([...older, 'cvm.api.tencentyun.com'].filter((host) => !isServiceHost(host))).toStrictEqual([])
})

test.each([
  ...['tencentcloudapi.com', '.tencentcloudapi.com', 'cvm.tencentcloudapi.com.evil.example', 'cvm.tencentcloudapi.org'],
  ...[
    'cvm.mars-1.tencentcloudapi.com',
    'cvm.intl.intl.tencentcloudapi.com',
    'cvm.tencentcloudapi.comcn',
    'a.b.api.qcloud.com',
  ],
  ...['evilapi.qcloud.com', 'cvm.ap-beijing.ap-beijing.tencentcloudapi.com', 'cvmtencentcloudapi.com', ''],
])('"%s" is no host of the service', (host) => {
  expect(isServiceHost(host)).toBe(false)
})
