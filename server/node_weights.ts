/** How strongly a node pushes others away, how hard it is to move, and how deep it hangs, from what its source says. */

import type { GraphInput } from "./import/graph_input.ts";
import { counted } from "./import/problem.ts";
import { LIMITS } from "./limits.ts";

export interface NodeWeights {
  /** Repulsion received and exerted in proportion. Shape: one per node. */
  readonly charges: Float32Array;
  /** Inertia. Shape: one per node. */
  readonly masses: Float32Array;
  /** Levels below the most general, NaN where nothing is said; absent where nothing is said of any node. */
  readonly depths?: Float32Array;
  /** One sentence for each attribute of which values were refused, with their count. */
  readonly notes: readonly string[];
}

/** The attributes `charge`, `mass` and `depth`; those that cannot be count as absent. */
export function readWeights(input: GraphInput): NodeWeights {
  const notes: string[] = [], most = LIMITS.nodeWeight.value;
  return {
    charges: readColumn(input, { name: "charge", least: 0, most, absent: 1, notes }),
    masses: readColumn(input, { name: "mass", least: 1 / most, most, absent: 1, notes }),
    depths: input.nodeAttributes.has("depth")
      ? readColumn(input, { name: "depth", least: 0, most, absent: NaN, notes })
      : undefined,
    notes,
  };
}

interface Column {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly absent: number;
  readonly notes: string[];
}

function readColumn({ keys, nodeAttributes }: GraphInput, { name, least, most, absent, notes }: Column) {
  const values = new Float32Array(keys.length).fill(absent);
  let refused = 0;
  nodeAttributes.get(name)?.forEach((value, index) => {
    if (value === undefined || value === null) return;
    if (typeof value === "number" && value >= least && value <= most) values[index] = value;
    else refused++;
  });
  if (refused > 0) {
    notes.push(
      `${counted(refused, `${name} counts`, `${name} values count`)} as ${absent === 1 ? "1" : "unknown"}: ` +
        `a ${name} is a number from ${least} to ${most.toLocaleString("en-US")}.`,
    );
  }
  return values;
}
