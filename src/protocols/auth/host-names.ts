/**
 * Regions of the documentation: `cvm.<region>.tencentcloudapi.com` is a host too
 * (docs/behaviour.md#hosts-that-may-be-signed).
 */
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
export const hostsOf2017 = ['cvm.api.qcloud.com', 'account.api.qcloud.com']

/** The hosts of a service of 3.0, for a Region if there is one; `intl` is that of `tencentcloud-sdk-nodejs-intl-en`. */
export const hostsOf30 = (service: string, region?: string): string[] => [
  `${service}.tencentcloudapi.com`,
  ...(region ? [`${service}.${region}.tencentcloudapi.com`] : []),
  `${service}.intl.tencentcloudapi.com`,
]

/** The names of the real service, which clients insist on; `*` stands for one label. */
const serviceNames = [
  ...hostsOf2017,
  '*.api.qcloud.com',
  'cvm.tencentcloudapi.com',
  ...new Set(regions.flatMap((region) => hostsOf30('*', region))),
]

/** What a client may have taken for the host: as received, without scheme or port, or one of the service's own. */
export function hostViews(host: string, canonical: readonly string[]): string[] {
  const bare = host.replace(/^https?:\/\//, '')
  return [...new Set([host, bare, bare.replace(/:\d+$/, ''), ...canonical])]
}

const localNames = ['localhost', '127.0.0.1', '::1']

/** Every name and address for which TLS is terminated here; `more` are the operator's. */
export const tlsNames = (more: readonly string[]): string[] => [...localNames, ...serviceNames, ...more]
