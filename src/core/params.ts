/**
 * The parameters of a call, assembled from flat names but not yet typed: `Filters.1.Name=zone` is the node
 * `Filters` → `1` → `Name` with the value `zone`. A node that has both a value and children was sent both ways.
 */
export interface ParamNode {
  value?: string
  children?: ParamTree
  /** What it was in a JSON body, where types count; an empty list or structure has no children. */
  json?: JsonType
}

/**
 * A parameter as it was sent: its flat name, its value, and in a JSON body the types of what it stands in and of
 * itself.
 */
export type Entry = readonly [name: string, value: string, json?: readonly JsonType[]]

export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null'

/** By name, the first letter of the outermost in upper case: a caller may send either (see `nodeOf`). */
export type ParamTree = Map<string, ParamNode>

/**
 * Returns what was sent under a declared name, whatever the case of its first letter: the documented ImportKeyPair
 * example has `keyName`, and the account API's names begin in lower case (docs/behaviour.md#lower-case-first-letters).
 */
export const nodeOf = (tree: ParamTree, name: string): ParamNode | undefined => tree.get(upperFirst(name))

/** The value sent under a plain name; undefined when it was not sent, or only with dots behind it. */
export const scalar = (tree: ParamTree, name: string): string | undefined => nodeOf(tree, name)?.value

/** The value sent under a flat name, given as its parts. */
export function valueAt(tree: ParamTree, [head = '', ...rest]: readonly string[]): string | undefined {
  let node = nodeOf(tree, head)
  for (const part of rest) node = node?.children?.get(part)
  return node?.value
}

export function upperFirst(name: string): string {
  const first = name.charAt(0)
  const upper = first.toUpperCase()
  return first === upper ? name : upper + name.slice(1)
}
