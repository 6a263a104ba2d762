/**
 * The documented regions; `cvm.<region>.tencentcloudapi.com` is a host of the service, too
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

/** The hosts of a 3.0 service. `tencentcloud-sdk-nodejs-intl-en` uses the one with `intl`. */
export const hostsOf30 = (service: string, region?: string): string[] => [
  `${service}.tencentcloudapi.com`,
  ...(region ? [`${service}.${region}.tencentcloudapi.com`] : []),
  `${service}.intl.tencentcloudapi.com`,
]

/** The host names of the real service, which some clients have hard-coded; `*` stands for one label. */
const serviceNames = [
  ...hostsOf2017,
  '*.api.qcloud.com',
  'cvm.tencentcloudapi.com',
  ...new Set(regions.flatMap((region) => hostsOf30('*', region))),
]

/** The hosts that a client may have signed: as received, without scheme or port, or one of `canonical`. */
export function hostVariants(host: string, canonical: readonly string[]): string[] {
  const bare = host.replace(/^https?:\/\//, '')
  return [...new Set([host, bare, bare.replace(/:\d+$/, ''), ...canonical])]
}

const localNames = ['localhost', '127.0.0.1', '::1']

/** The names and addresses for which the emulator terminates TLS; `extraNames` come from `--tls-names`. */
export const tlsNames = (extraNames: readonly string[]): string[] => [...localNames, ...serviceNames, ...extraNames]
