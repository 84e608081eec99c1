/** Forms of the walk beside the one in `gpu/passes/`, on the same buffers. */

import type { WalkOptions } from "../../gpu/passes/tree.ts";
import alone from "./alone.wgsl" with { type: "text" };
import list from "./list.wgsl" with { type: "text" };

export interface WalkForm {
  readonly name: string;
  readonly options: WalkOptions;
}

const alonePoints = (nearLengths: number): WalkForm => ({
  name: `alone, all pairs within ${nearLengths}`,
  options: { groupSource: `const NEAR = ${nearLengths.toFixed(1)};\n${alone}` },
});

export const WALK_FORMS: readonly WalkForm[] = [
  { name: "32 together", options: {} },
  { name: "8 together", options: { groupLevel: 0 } },
  alonePoints(0),
  alonePoints(3),
  { name: "32 by a list", options: { bodySource: list, pointsPerWorkgroup: 32 } },
];
