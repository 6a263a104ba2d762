/** The regions of the documentation (spec/common.md §3): `cvm.<region>.tencentcloudapi.com` is a host too. */
const regions = [
  'ap-beijing',
  'ap-chengdu',
  'ap-guangzhou',
  'ap-guangzhou-open',
  'ap-hongkong',
  'ap-seoul',
  'ap-shanghai',
  'ap-shanghai-fsi',
  'ap-shenzhen-fsi',
  'ap-singapore',
  'eu-frankfurt',
  'na-siliconvalley',
  'na-toronto',
]

/** The hosts of 2017-03-12. */
export const v2Hosts = ['cvm.api.qcloud.com', 'account.api.qcloud.com']

/** The hosts of a service of 3.0, for a Region if there is one; `intl` is that of `tencentcloud-sdk-nodejs-intl-en`. */
export const v3Hosts = (service: string, region?: string): string[] => [
  `${service}.tencentcloudapi.com`,
  ...(region ? [`${service}.${region}.tencentcloudapi.com`] : []),
  `${service}.intl.tencentcloudapi.com`,
]

/** The names of the real service, which clients insist on; `*` stands for one label. */
export const serviceNames = [
  ...v2Hosts,
  '*.api.qcloud.com',
  'cvm.tencentcloudapi.com',
  ...new Set(regions.flatMap((region) => v3Hosts('*', region))),
]
