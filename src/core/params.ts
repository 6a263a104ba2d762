/**
 * The parameters of a call, assembled from flat names but not yet typed: `Filters.1.Name=zone` is the node
 * `Filters` → `1` → `Name` with the value `zone`. A node that has both a value and children was sent both ways.
 */
export interface ParamNode {
  value?: string
  children?: ParamTree
}

export type ParamTree = Map<string, ParamNode>

/** The value sent under a plain name; undefined when it was not sent, or only with dots behind it. */
export const scalar = (tree: ParamTree, name: string): string | undefined => tree.get(name)?.value
