import { fail, ok, type Result } from '../core/errors.js'
import { type ParamNode, type ParamTree, upperFirst } from '../core/params.js'
import type { Entry } from './form.js'

/** How many names may stand one in another: `Filters.1.Values.2` has four. */
export const deepestName = 8

/**
 * Assembles flat names into a tree. `_` in a name is `.`, the first letter may be lower-case as in the documented
 * ImportKeyPair example, and of a name sent twice the last value counts (spec/common.md §4, open-questions.md 46).
 */
export function assemble(entries: readonly Entry[]): Result<ParamTree> {
  const tree: ParamTree = new Map()
  for (const [name, value] of entries) {
    if (name.includes('\0')) {
      return fail('InvalidParameter', {
        parameter: name.replaceAll('\0', '␀'),
        detail: 'A name holds a NUL character.',
      })
    }
    const path = canonicalName(name).split('.', deepestName + 1)
    if (path.length > deepestName)
      return fail('InvalidParameter', { parameter: name, detail: 'It is nested too deeply.' })
    nodeAt(tree, path).value = value
  }
  return ok(tree)
}

/** A name as the schema knows it: `keyIds_0` is `KeyIds.0`. */
export const canonicalName = (name: string): string =>
  name.includes('_') ? upperFirst(name).replaceAll('_', '.') : upperFirst(name)

function nodeAt(tree: ParamTree, [head = '', ...rest]: readonly string[]): ParamNode {
  const node: ParamNode = tree.get(head) ?? {}
  tree.set(head, node)
  if (rest.length === 0) return node
  node.children ??= new Map()
  return nodeAt(node.children, rest)
}
