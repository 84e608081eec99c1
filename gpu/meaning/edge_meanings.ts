/** What the types of edges say about where their ends belong. */

/** Values of `PhysicsGraph.edgeMeanings`. */
export const EDGE_MEANING = {
  /** Nothing that the layout knows of. */
  none: 0,
  /** The target is the more general one: the source hangs below it. */
  toParent: 1,
  /** The source is the more general one. */
  toChild: 2,
  /** Nothing can be both: the ends belong apart. */
  disjoint: 3,
  /** Both are the same: the ends belong together. */
  equivalent: 4,
} as const;

export type EdgeMeaning = typeof EDGE_MEANING[keyof typeof EDGE_MEANING];

const NAMES: Readonly<Record<Exclude<keyof typeof EDGE_MEANING, "none">, readonly string[]>> = {
  toParent: [
    ...["subclassof", "subclass", "subpropertyof", "isa", "kindof", "hypernym", "instancehypernym"],
    ...["parent", "hasparent", "childof", "broader"],
  ],
  toChild: ["superclassof", "hyponym", "instancehyponym", "child", "haschild", "parentof", "narrower"],
  disjoint: ["disjointwith", "disjoint", "disjointclass"],
  equivalent: ["equivalentclass", "equivalentto", "equivalent", "sameas", "exactmatch"],
};

const BY_NAME = new Map(
  (["toParent", "toChild", "disjoint", "equivalent"] as const).flatMap((meaning) =>
    NAMES[meaning].map((name) => [name, EDGE_MEANING[meaning]] as const)
  ),
);

/** By the last part of the name, whatever its case and its separators: `rdfs:subClassOf` is `SUBCLASS_OF`. */
export function meaningOfEdgeType(name: string): EdgeMeaning {
  const last = name.slice(1 + Math.max(name.lastIndexOf("#"), name.lastIndexOf("/"), name.lastIndexOf(":")));
  return BY_NAME.get(last.toLowerCase().replace(/[^a-z]/g, "")) ?? EDGE_MEANING.none;
}
