import type { GraphBuilder } from "./graph_builder.ts";
import type { InputFile } from "./input_file.ts";
import type { ImportLimits } from "./limits.ts";
import type { Cursor } from "./problem.ts";

/** What a reader is given beside the file and the builder. */
export interface ReadOptions {
  /** To be kept on the line that is being read. */
  readonly cursor: Cursor;
  readonly limits: ImportLimits;
}

/** Puts one file of one format into a builder; faults are `Problem`s. */
export type Reader = (input: InputFile, builder: GraphBuilder, options: ReadOptions) => Promise<void>;
