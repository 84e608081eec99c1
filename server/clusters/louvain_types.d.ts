/** The package's own types call its function a member `default`, which it does not have at run time. */
import type { UndirectedGraph } from "graphology";

export interface LouvainOptions {
  /** A number from 0 up to but not including 1. */
  readonly rng: () => number;
}

/** The cluster of each node. */
export default function louvain(graph: UndirectedGraph, options: LouvainOptions): Record<string, number>;
