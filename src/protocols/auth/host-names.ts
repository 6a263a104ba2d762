import { regionIds } from '../../core/regions.ts'

/** The hosts of 2017-03-12. */
export const hostsOf2017 = ['cvm.api.qcloud.com', 'account.api.qcloud.com']

/** The hosts of a 3.0 service. `tencentcloud-sdk-nodejs-intl-en` uses the one with `intl`. */
export const hostsOf30 = (service: string, region?: string): string[] => [
  `${service}.tencentcloudapi.com`,
  ...(region ? [`${service}.${region}.tencentcloudapi.com`] : []),
  `${service}.intl.tencentcloudapi.com`,
]

const family = '(?:intl|internal|ai)'
const region = `(?:${regionIds.join('|')})`
const shapes = [
  /^[a-z0-9-]+\.api\.(?:qcloud|tencentyun)\.com$/,
  new RegExp(
    `^[a-z0-9-]+(?:\\.${family}(?:\\.${region})?|\\.${region}(?:\\.${family})?)?\\.tencentcloudapi\\.(?:com|com\\.cn|cn)$`,
  ),
]

/** Whether the cloud has published hosts of this shape (docs/behaviour.md#hosts-of-the-service). */
export const isServiceHost = (name: string): boolean => shapes.some((shape) => shape.test(name))

/**
 * The product that a request names: the first label of a host of the service, or what the scope of its TC3 signature has.
 * A client with a local endpoint may derive its scope from that, which then names no product.
 */
export function sentService(headers: ReadonlyMap<string, string>): string | undefined {
  const host = (headers.get('host') ?? '')
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '')
    .toLowerCase()
  const [label] = host.split('.')
  if (isServiceHost(host)) return label
  const scope = /Credential=[^/,\s]+\/[^/,\s]*\/([a-z][a-z0-9-]*)\/tc3_request/.exec(
    headers.get('authorization') ?? '',
  )?.[1]
  return scope === label ? undefined : scope
}

/** The hosts that a client may have signed: as received, without scheme or port, or one of `canonical`. */
export function hostVariants(host: string, canonical: readonly string[]): string[] {
  const bare = host.replace(/^https?:\/\//, '')
  return [...new Set([host, bare, bare.replace(/:\d+$/, ''), ...canonical])]
}

const localNames = ['localhost', '127.0.0.1', '::1']

/** The names in the certificate that every client without SNI gets; `extraNames` come from `--tls-names`. */
export const certificateNames = (extraNames: readonly string[]): string[] => [
  ...localNames,
  ...hostsOf2017,
  '*.api.qcloud.com',
  'cvm.tencentcloudapi.com',
  '*.tencentcloudapi.com',
  ...extraNames,
]
