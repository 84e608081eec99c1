/** Changes of the graph while it is laid out: checked where they are asked, and made one where several wait. */

import { type GraphEdit, NEW_NODE, type StartPlaces } from "./api.ts";
import { checkGraph } from "./graph.ts";
import type { Command } from "./messages.ts";

/** @throws RangeError for a graph that cannot be, or origins that name no node of `nodeCount`, or one twice. */
export function checkEdit({ graph, origins }: GraphEdit, nodeCount: number): void {
  checkGraph(graph);
  if (origins.length !== graph.nodeCount) {
    throw new RangeError(`Cannot read ${origins.length} origins for ${graph.nodeCount} nodes: counts differ.`);
  }
  const taken = new Uint8Array(nodeCount);
  for (let node = 0; node < origins.length; node++) {
    const origin = origins[node];
    if (origin === NEW_NODE) continue;
    if (!(origin >= 0 && origin < nodeCount)) {
      throw new RangeError(`Cannot take node ${node} from ${origin}: there are ${nodeCount} nodes.`);
    }
    if (taken[origin] === 1) {
      throw new RangeError(`Cannot take node ${node} from ${origin}: another one comes from there.`);
    }
    taken[origin] = 1;
  }
}

/** @throws RangeError where places and nodes differ in number, or the temperature is none. */
export function checkStart(start: StartPlaces | undefined, nodeCount: number): void {
  if (start === undefined) return;
  const { positions, heat = 0 } = start;
  if (positions.length !== 3 * nodeCount) {
    throw new RangeError(`Cannot start ${nodeCount} nodes at ${positions.length} coordinates: it takes 3 per node.`);
  }
  if (!(heat >= 0 && heat <= 1)) throw new RangeError(`Cannot start at temperature ${heat}: it goes from 0 to 1.`);
}

/** Edits that follow each other directly become one, so that a crowd of them costs what one costs. */
export function foldEdits(commands: readonly Command[]): Command[] {
  const folded: Command[] = [];
  for (const command of commands) {
    const last = folded.at(-1);
    if (command.kind !== "edit" || last?.kind !== "edit") folded.push(command);
    else folded[folded.length - 1] = { ...command, edit: composeEdits(last.edit, command.edit) };
  }
  return folded;
}

function composeEdits(first: GraphEdit, { graph, origins }: GraphEdit): GraphEdit {
  return { graph, origins: origins.map((origin) => origin === NEW_NODE ? NEW_NODE : first.origins[origin]) };
}

/** Values of the nodes that stay, in the order of the edited graph; NaN for new ones. Shape: 3 per node. */
export function carryOver(positions: Float32Array, { origins }: Pick<GraphEdit, "origins">): Float32Array {
  const carried = new Float32Array(3 * origins.length);
  for (let node = 0; node < origins.length; node++) {
    const from = 3 * origins[node];
    for (let d = 0; d < 3; d++) carried[3 * node + d] = from < 0 ? NaN : positions[from + d];
  }
  return carried;
}
