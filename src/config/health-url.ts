import { isIPv6 } from 'node:net'
import { OperatorError } from '../system/errors.ts'
import { type Environment, fromEnvironment, readOption } from './config.ts'
import { variableOf } from './options.ts'

/** The variable with the URL of a running emulator. `exec` sets it for its command. */
export const urlVariable = 'CVM_EMULATOR_URL'

/**
 * Returns the origin that `health` asks: that of the URL, of `CVM_EMULATOR_URL`, or of the emulator that would start in this
 * environment. Throws an OperatorError for a wrong URL.
 */
export function readHealthUrl(given: string | undefined, env: Environment): string {
  if (given !== undefined) return readOrigin(given, 'health')
  const text = env[urlVariable]
  return text ? readOrigin(text, urlVariable) : originOfStart(env)
}

function readOrigin(text: string, source: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && ['http:', 'https:'].includes(url.protocol)) return url.origin
  throw new OperatorError(`${source}: "${text}" is not a URL such as http://127.0.0.1:8213.`)
}

function originOfStart(env: Environment): string {
  const host = readOption('host', fromEnvironment('host', env))
  const port = fromEnvironment('port', env)
  const number = readOption('port', port)
  if (number === 0) {
    throw new OperatorError(
      `${port?.source} is 0, so the emulator listens on any free port. Give its URL, for example: cvm-emulator health http://127.0.0.1:8213.`,
    )
  }
  return readOrigin(`http://${reachableHost(host)}:${number}`, variableOf('host'))
}

/** An address that stands for all addresses is not one to connect to. `::` also listens where IPv6 is missing. */
function reachableHost(host: string): string {
  if (['0.0.0.0', '::'].includes(host)) return '127.0.0.1'
  return isIPv6(host) ? `[${host}]` : host
}
