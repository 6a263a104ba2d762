import { fail, ok, type Result } from '../../core/errors.ts'
import { type Entry, type JsonType, type ParamNode, type ParamTree, upperFirst } from '../../core/params.ts'
import type { ApiVersion } from '../../core/schema.ts'

/** The maximum number of parts of a name: `Filters.1.Values.2` has four. */
export const maxNameDepth = 8

/**
 * Assembles flat names into a tree. In 2017-03-12 `_` in a name means `.` (docs/behaviour.md#underscores-in-names), and
 * the first letter may be in lower case (docs/behaviour.md#lower-case-first-letters). In 3.0 a name is not changed, and
 * the types of a JSON body are kept (docs/behaviour.md#json-types). The last value of a repeated name counts
 * (docs/behaviour.md#repeated-names). Returns InvalidParameter for a name with a NUL or too many parts.
 */
export function assemble(entries: readonly Entry[], apiVersion: ApiVersion = '2017-03-12'): Result<ParamTree> {
  const tree: ParamTree = new Map()
  for (const [name, value, json] of entries) {
    const hasNoValue = json !== undefined && /^(array|object|null)$/.test(json.at(-1) ?? '')
    // Without types, an empty list or structure counts as not sent
    if (apiVersion === '2017-03-12' && hasNoValue) continue
    if (name.includes('\0')) {
      return fail('InvalidParameter', {
        parameter: name.replaceAll('\0', '␀'),
        detail: 'The name contains a NUL character.',
      })
    }
    const flat = (apiVersion === '2017-03-12' ? canonicalName(name) : name).split('.', maxNameDepth + 1)
    // In a JSON body of 3.0 a name with dots is a single name, which no action has
    const path = apiVersion === '3.0' && json && json.length < flat.length ? [name] : flat
    if (path.length > maxNameDepth)
      return fail('InvalidParameter', { parameter: name, detail: 'The name is nested too deeply.' })
    const node = nodeAt(tree, path, apiVersion === '3.0' ? json : undefined)
    if (!hasNoValue) node.value = value
  }
  return ok(tree)
}

/** Converts a name of 2017-03-12 to its declared form: `keyIds_0` is `KeyIds.0`. */
export const canonicalName = (name: string): string =>
  name.includes('_') ? upperFirst(name).replaceAll('_', '.') : upperFirst(name)

function nodeAt(tree: ParamTree, path: readonly string[], types: readonly JsonType[] = [], depth = 0): ParamNode {
  const name = path[depth] ?? ''
  const node: ParamNode = tree.get(name) ?? {}
  tree.set(name, node)
  const type = types[depth]
  if (type) node.json = type
  if (depth + 1 >= path.length) return node
  node.children ??= new Map()
  return nodeAt(node.children, path, types, depth + 1)
}
