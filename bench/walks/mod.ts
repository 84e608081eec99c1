/** Forms of the walk beside the one in `gpu/passes/`, on the same buffers. */

import type { WalkOptions } from "../../gpu/passes/tree.ts";
import alone from "./alone.wgsl" with { type: "text" };
import list from "./list.wgsl" with { type: "text" };

export interface WalkForm {
  readonly name: string;
  readonly options: WalkOptions;
}

interface Alone {
  /** Edge lengths within which all pairs are computed. */
  readonly near: number;
  /** Factor on the reach of a cell. */
  readonly strictness: number;
}

const alonePoints = ({ near, strictness }: Alone): WalkForm => ({
  name: `alone, near ${near}, strict ${strictness}`,
  options: {
    groupSource: `const NEAR = ${near.toFixed(1)};\nconst STRICTNESS = ${strictness.toFixed(2)};\n${alone}`,
  },
});

export const WALK_FORMS: readonly WalkForm[] = [
  { name: "32 together", options: {} },
  { name: "8 together", options: { groupLevel: 0 } },
  alonePoints({ near: 0, strictness: 1 }),
  alonePoints({ near: 3, strictness: 1 }),
  alonePoints({ near: 0, strictness: 1.25 }),
  alonePoints({ near: 0, strictness: 1.5 }),
  { name: "32 by a list", options: { bodySource: list, pointsPerWorkgroup: 32 } },
];
