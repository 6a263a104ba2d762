import { type Failure, fail } from './errors.ts'
import type { ParamNode, ParamTree } from './params.ts'
import type { Param, Params } from './schema.ts'

/** Every call may have the common parameters and those that force a fault (docs/behaviour.md#parameters-of-30). */
const commonParams = new Set([
  'Action',
  'EmulatorDelay',
  'EmulatorError',
  'Language',
  'Nonce',
  'Region',
  'RequestClient',
  'SecretId',
  'Signature',
  'SignatureMethod',
  'Timestamp',
  'Token',
  'Version',
])

/**
 * Returns UnknownParameter for a parameter that the action does not have, at any depth, or undefined. The 3.0 gateway
 * refuses such parameters; older SDKs add some of their own (docs/behaviour.md#unknown-parameters).
 */
export function checkUnknownParams(params: Params, sent: ParamTree): Failure | undefined {
  return checkMembers(params, new Map([...sent].filter(([name]) => !commonParams.has(name))), '')
}

function checkMembers(fields: Params, sent: ParamTree, prefix: string): Failure | undefined {
  for (const [name, node] of sent) {
    const path = prefix + name
    const param = Object.hasOwn(fields, name) ? fields[name] : undefined
    const failure = param ? checkNode(param, node, path) : fail('UnknownParameter', { parameter: path })
    if (failure) return failure
  }
  return undefined
}

function checkNode(param: Param, node: ParamNode, path: string): Failure | undefined {
  const children = node.children ?? new Map<string, ParamNode>()
  if (param.type === 'object') return checkMembers(param.fields, children, `${path}.`)
  if (param.type !== 'array') return undefined
  for (const [index, member] of children) {
    const failure = checkNode(param.items, member, `${path}.${index}`)
    if (failure) return failure
  }
  return undefined
}
