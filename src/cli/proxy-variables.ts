import type { Environment } from '../config/config.ts'

/** The domains of the service. Requests to them must not pass the proxy by, because they would reach the real service. */
const domains = ['qcloud.com', 'tencentyun.com', 'tencentcloudapi.com', 'tencentcloudapi.com.cn', 'tencentcloudapi.cn']

/** Returns the variables that make the emulator the proxy of a program, but not for local servers. */
export function proxyVariables(url: string, env: Environment): Record<string, string> {
  const local = ['localhost', '127.0.0.1', '::1', new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')]
  const kept = `${env.NO_PROXY ?? ''},${env.no_proxy ?? ''}`
    .split(/[,\s]+/)
    .filter((entry) => entry !== '' && !coversService(entry))
  const exceptions = [...new Set([...kept, ...local])].join(',')
  return {
    ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, url])),
    NO_PROXY: exceptions,
    no_proxy: exceptions,
    // Node reads the others only with this one
    NODE_USE_ENV_PROXY: '1',
  }
}

/** Whether an entry of NO_PROXY matches hosts of the service, in any of the ways in which clients read it. */
function coversService(entry: string): boolean {
  const suffix = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^[*.]+/, '')
  return domains.some((domain) => `.${domain}`.endsWith(suffix && `.${suffix}`) || suffix.endsWith(`.${domain}`))
}
