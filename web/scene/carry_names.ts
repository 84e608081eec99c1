/** What is known of nodes, in the order of a graph that changed: new nodes have no name until the server tells it. */
import { OTHER_SLOT } from "../state/coloring.ts";
import type { NodeNames } from "../state/scene_port.ts";
import type { Topology } from "./topology.ts";

/** No type: no name stands at this index. */
const NO_TYPE = -1;

export function carryNames(names: NodeNames, from: Topology, to: Topology): NodeNames {
  const { count, ids, offsets } = to, slots = new Uint8Array(count).fill(OTHER_SLOT);
  const labels = new Array<string>(count).fill(""), types = new Array<number>(count).fill(NO_TYPE);
  for (let index = 0; index < count; index++) {
    const old = from.indexOf(ids[index]);
    if (old === undefined) continue;
    labels[index] = names.labels[old];
    types[index] = names.types[old];
    slots[index] = names.slots[old];
  }
  const degrees = Array.from({ length: count }, (_, index) => offsets[index + 1] - offsets[index]);
  return { labels, types, degrees, slots, typeNames: names.typeNames };
}
