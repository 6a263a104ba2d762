/** The regions of the documentation (spec/common.md §3): `cvm.<region>.tencentcloudapi.com` is a host too. */
const regions = [
  'ap-beijing',
  'ap-guangzhou',
  'ap-guangzhou-open',
  'ap-hongkong',
  'ap-shanghai',
  'ap-shanghai-fsi',
  'ap-shenzhen-fsi',
  'ap-singapore',
  'na-siliconvalley',
  'na-toronto',
]

/** The names of the real service, which clients insist on. */
const serviceNames = [
  'cvm.api.qcloud.com',
  'account.api.qcloud.com',
  '*.api.qcloud.com',
  'cvm.tencentcloudapi.com',
  '*.tencentcloudapi.com',
  ...regions.map((region) => `*.${region}.tencentcloudapi.com`),
]

const localNames = ['localhost', '127.0.0.1', '::1']

/** Every name and address for which TLS is ended here; `more` are the operator's. */
export const tlsNames = (more: readonly string[]): string[] => [...localNames, ...serviceNames, ...more]

/** Whether a name is one of those, a `*` standing for one label. */
export const isOneOf = (names: readonly string[], name: string): boolean =>
  names.some((known) => {
    const wanted = name.toLowerCase()
    if (!known.startsWith('*.')) return known === wanted
    const [, ...rest] = wanted.split('.')
    return known === `*.${rest.join('.')}` && !wanted.startsWith('.')
  })
