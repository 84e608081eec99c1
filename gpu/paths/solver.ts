/** The seam between those who ask for shortest paths and the two who find them. */

import type { Measure, ShortestPaths } from "./path_graph.ts";

/**
 * Finds shortest paths on one graph. All give the same bits: distances are the least sums in single precision, and the
 * parent of a node is the lowest of those before it on a shortest path that are nearer to the source. Where all of them
 * are as far as the node itself, behind edges too short to count, it is the lowest of those with the fewest such edges
 * behind them; so whoever follows parents comes to the source.
 */
export interface PathSolver {
  readonly name: "cpu" | "webgpu";
  /** @throws {RangeError} where there is no such node; {Error} when the device is lost. */
  solve(source: number, measure: Measure): Promise<ShortestPaths>;
  close(): void;
}
