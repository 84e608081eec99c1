/** The names under which files keep what a graph is made of, in order of preference, lower case, without separators. */

export const KEY_NAMES = ["id", "key", "node", "nodeid"] as const;
export const LABEL_NAMES = ["label", "name", "title"] as const;
export const TYPE_NAMES = ["type", "group", "category", "kind", "class", "labels"] as const;
export const WEIGHT_NAMES = ["weight", "value", "strength"] as const;
export const AXIS_NAMES = ["x", "y", "z"] as const;
/** An edge's label often is its kind: "knows". */
export const EDGE_TYPE_NAMES = [
  "type",
  "kind",
  "relation",
  "relationship",
  "interaction",
  "group",
  "category",
  "class",
  "labels",
  "label",
] as const;
export const SOURCE_NAMES = ["source", "from", "src", "sourceid", "fromid", "fromnode", "fromnodeid", "node1"] as const;
export const TARGET_NAMES = ["target", "to", "dst", "targetid", "toid", "tonode", "tonodeid", "node2"] as const;

/** A heading as it is compared with the names above: "From Node_ID" is "fromnodeid". */
export function plainName(heading: string): string {
  return heading.toLowerCase().replace(/[\s#_-]+/g, "");
}

/** How Gephi says that an edge has a direction; not a type of edge. */
export function isDirectedness(type: string): boolean {
  return /^(un)?directed$|^mutual$/i.test(type);
}
