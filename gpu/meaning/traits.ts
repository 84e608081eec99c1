/** What of a graph the parameters can act on. */

import type { PhysicsGraph } from "../api.ts";
import type { Trait } from "../params.ts";
import { EDGE_MEANING } from "./edge_meanings.ts";

export function traitsOf({ sources, targets, types, edgeMeanings, depths }: PhysicsGraph): ReadonlySet<Trait> {
  const found = new Set<Trait>();
  if (sources.length > 0) found.add("edges");
  if (new Set(types?.filter((type) => type > 0)).size > 1) found.add("types");
  if (depths?.some((depth) => !Number.isNaN(depth))) found.add("hierarchy");
  edgeMeanings?.forEach((meaning, e) => {
    if (meaning === EDGE_MEANING.none || sources[e] === targets[e]) return;
    found.add(TRAITS[meaning]);
  });
  return found;
}

const TRAITS: Readonly<Record<number, Trait>> = {
  [EDGE_MEANING.toParent]: "hierarchy",
  [EDGE_MEANING.toChild]: "hierarchy",
  [EDGE_MEANING.disjoint]: "disjoint",
  [EDGE_MEANING.equivalent]: "equivalent",
};
