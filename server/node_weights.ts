/** How strongly a node pushes others away and how hard it is to move, from what its source says of it. */

import type { GraphInput } from "./import/graph_input.ts";
import { counted } from "./import/problem.ts";
import { LIMITS } from "./limits.ts";

export interface NodeWeights {
  /** Repulsion received and exerted in proportion. Shape: one per node. */
  readonly charges: Float32Array;
  /** Inertia. Shape: one per node. */
  readonly masses: Float32Array;
  /** One sentence for each attribute of which values were refused, with their count. */
  readonly notes: readonly string[];
}

/** The attributes `charge` and `mass`; 1 where a node has none, or one that cannot be. */
export function readWeights(input: GraphInput): NodeWeights {
  const notes: string[] = [], most = LIMITS.nodeWeight.value;
  return {
    charges: readColumn(input, { name: "charge", least: 0, most, notes }),
    masses: readColumn(input, { name: "mass", least: 1 / most, most, notes }),
    notes,
  };
}

interface Column {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly notes: string[];
}

function readColumn({ keys, nodeAttributes }: GraphInput, { name, least, most, notes }: Column): Float32Array {
  const values = new Float32Array(keys.length).fill(1);
  let refused = 0;
  nodeAttributes.get(name)?.forEach((value, index) => {
    if (value === undefined || value === null) return;
    if (typeof value === "number" && value >= least && value <= most) values[index] = value;
    else refused++;
  });
  if (refused > 0) {
    notes.push(
      `${counted(refused, `${name} counts`, `${name} values count`)} as 1: ` +
        `a ${name} is a number from ${least} to ${most.toLocaleString("en-US")}.`,
    );
  }
  return values;
}
