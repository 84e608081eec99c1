import { UserError } from "../config/user_error.ts";

/** A graph as it was read: every importer gives this, whatever the format. */

/** Column of attributes that are kept but not interpreted: one value per node or edge, `undefined` where absent. */
export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | {
  readonly [key: string]: AttributeValue;
};

/**
 * Nodes and edges as columns. Node `i` of every node column is dense index `i`, in order of first appearance
 * (declared nodes first, in file order). Edge columns are in file order.
 */
export interface GraphInput {
  /** What to call it in a title: the file's name without endings. */
  readonly name: string;
  /** The identity each node has in its source, unique. */
  readonly keys: readonly string[];
  readonly labels: readonly string[];
  /** Index into `typeNames` per node; 0 is the unnamed type "". */
  readonly nodeTypes: Uint16Array;
  readonly typeNames: readonly string[];
  readonly nodeAttributes: ReadonlyMap<string, readonly (AttributeValue | undefined)[]>;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
  /** Index into `edgeTypeNames` per edge; 0 is the unnamed type "". */
  readonly edgeTypes: Uint16Array;
  readonly edgeTypeNames: readonly string[];
  /** Start positions, 3n, when the file carried x, y (and z) for every node. */
  readonly positions?: Float32Array;
  /** What was dropped or changed while reading, one sentence each with its count, for the user to see. */
  readonly notes: readonly string[];
}

/** Counted progress of a long read. `total` is bytes of input, or absent while unknown. */
export type OnProgress = (progress: { readonly stage: string; readonly done: number; readonly total?: number }) => void;

/** Something the user can mend: names the file, the line where there is one, what was expected and what was found. */
export class ImportError extends UserError {
  override readonly name = "ImportError";
  constructor(readonly file: string, readonly line: number | undefined, readonly problem: string) {
    super(line === undefined ? `${file}: ${problem}` : `${file}:${line}: ${problem}`);
  }
}
