import { suggestion } from '../system/nearest-name.ts'
import type { Environment } from './config.ts'
import { urlVariable } from './health-url.ts'
import { optionNames, variableOf } from './options.ts'

const prefix = 'CVM_EMULATOR_'

/** What Kubernetes and links of Docker set for services called cvm-emulator or cvm-emulator-x, without the prefix. */
const injected =
  /^(NAME|ENV_.+|(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PROTO|PORT|PORT_START|PORT_END))?))$/
const injectedUrl = /^(tcp|udp|sctp):\/\//

/** Returns a warning that lists the variables that look like an option and are none; undefined when there are none. */
export function unknownVariablesWarning(env: Environment): string | undefined {
  const known = optionNames.map(variableOf)
  const shortNames = known.map((name) => name.slice(prefix.length))
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith(prefix) && ![...known, urlVariable].includes(name))
    .filter((name) => env[name] && !injectedUrl.test(env[name]))
    .map((name) => name.slice(prefix.length))
    .filter((name) => !injected.test(name))
    .sort()
  if (unknown.length === 0) return undefined
  // The prefix would make any two names similar
  const listed = unknown.map((name) => `${prefix}${name}${suggestion(name, shortNames, prefix)}`)
  return `unknown environment variable${unknown.length > 1 ? 's' : ''} without effect: ${listed.join(', ')}`
}
