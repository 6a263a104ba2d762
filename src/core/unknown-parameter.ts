import { type Failure, fail } from './errors.ts'
import type { ParamNode, ParamTree } from './params.ts'
import type { Param, Params } from './schema.ts'

/** Every call may have these common parameters and those that force an answer (docs/behaviour.md#parameters-of-30). */
const common = new Set([
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
 * Returns the error for a parameter that the action does not have, at any depth, or undefined. The 3.0 gateway refuses
 * such parameters; older SDKs add some of their own (docs/behaviour.md#unknown-parameters).
 */
export function findUnknown(params: Params, sent: ParamTree): Failure | undefined {
  return unknownIn(params, new Map([...sent].filter(([name]) => !common.has(name))), '')
}

function unknownIn(fields: Params, sent: ParamTree, prefix: string): Failure | undefined {
  for (const [name, node] of sent) {
    const path = prefix + name
    const param = Object.hasOwn(fields, name) ? fields[name] : undefined
    const failure = param ? unknownWithin(param, node, path) : fail('UnknownParameter', { parameter: path })
    if (failure) return failure
  }
  return undefined
}

function unknownWithin(param: Param, node: ParamNode, path: string): Failure | undefined {
  const children = node.children ?? new Map<string, ParamNode>()
  if (param.type === 'object') return unknownIn(param.fields, children, `${path}.`)
  if (param.type !== 'array') return undefined
  for (const [index, member] of children) {
    const failure = unknownWithin(param.items, member, `${path}.${index}`)
    if (failure) return failure
  }
  return undefined
}
