/**
 * The parameters of a call, assembled from flat names but not yet typed: `Filters.1.Name=zone` is the node
 * `Filters` → `1` → `Name` with the value `zone`. A node that has both a value and children was sent both ways.
 */
export interface ParamNode {
  value?: string
  children?: ParamTree
  /** The type in a JSON body of 3.0, where types are checked. An empty list or structure has no children. */
  json?: JsonType
}

/**
 * A parameter as it was sent: its flat name, its value, in a JSON body the types from the outermost member down to the
 * value itself, and whether a multipart body has it as a file.
 */
export type Entry = readonly [name: string, value: string, json?: readonly JsonType[] | undefined, isFile?: boolean]

export type JsonType = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null'

/** Nodes by name. In 2017-03-12, top-level names begin with an upper-case letter, in whichever case they were sent. */
export type ParamTree = Map<string, ParamNode>

/**
 * Returns the node of a declared name. The first letter may be in either case: the documented ImportKeyPair example
 * has `keyName`, and the names of the account API begin in lower case (docs/behaviour.md#lower-case-first-letters).
 */
export const nodeOf = (tree: ParamTree, name: string): ParamNode | undefined => tree.get(upperFirst(name))

/** The value of a simple parameter; undefined when it was not sent, or only with members such as `Name.0`. */
export const scalar = (tree: ParamTree, name: string): string | undefined => nodeOf(tree, name)?.value

/** The value of a flat name, which is given as its parts: `['KeyIds', '0']`. */
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
