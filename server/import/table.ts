import { CsvError, Parser } from "csv-parse";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { forEachLine } from "./byte_lines.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import type { InputFile } from "./input_file.ts";
import { Problem } from "./problem.ts";
import type { ReadOptions } from "./reader.ts";
import { csvOptions, isSkippedLine, type TablePlan } from "./table_plan.ts";
import { createRowReader } from "./table_rows.ts";

type OnRow = (cells: readonly string[]) => void;

/** A table read row by row under a plan; the cursor stands on the row's last line. */
export async function readTable(
  input: InputFile,
  builder: GraphBuilder,
  options: ReadOptions & { readonly plan: TablePlan },
): Promise<void> {
  const { plan, limits } = options;
  const reader = createRowReader(plan.columns, builder, limits);
  let isHeading = plan.hasHeading;
  const onRow: OnRow = (cells) => {
    if (isHeading) isHeading = false;
    else reader.read(cells);
  };
  if (plan.note !== undefined) builder.note(plan.note);
  await (plan.separator === " " ? readSpaced : readDelimited)(input, onRow, options);
  reader.finish();
}

type TableOptions = ReadOptions & { readonly plan: TablePlan };

/** Rows whose cells may be quoted, through csv-parse. Cost: about 1 µs per row of four cells. */
async function readDelimited(input: InputFile, onRow: OnRow, options: TableOptions): Promise<void> {
  const { plan, cursor, limits } = options;
  cursor.line = plan.skippedLines;
  const parser = new Parser({
    ...csvOptions(plan.separator, limits.rowBytes),
    // Taking rows here keeps a million of them out of the stream's object queue.
    on_record: (cells: string[], { lines }) => {
      cursor.line = plan.skippedLines + lines;
      onRow(cells);
      return null;
    },
  });
  const nothing = new Writable({ objectMode: true, write: (_row, _encoding, done) => done() });
  try {
    await pipeline(skipping(plan.skippedBytes, input.chunks()), parser, nothing);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem(csvProblem(error, limits.rowBytes), cursor.line + 1);
  }
}

function csvProblem(error: CsvError, maxRowBytes: number): string {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is opened and never closed";
    case "CSV_MAX_RECORD_SIZE":
      return `a row is longer than the limit of ${maxRowBytes} bytes; is a quote not closed?`;
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return "expected a separator after a closing quote";
    default:
      return error.message;
  }
}

/** Rows of words between spaces, without quotes. */
async function readSpaced(input: InputFile, onRow: OnRow, options: TableOptions): Promise<void> {
  const decoder = new TextDecoder();
  await forEachLine(input.chunks(), {
    cursor: options.cursor,
    maxBytes: options.limits.rowBytes,
    onLine: (bytes, start, end) => {
      const line = decoder.decode(bytes.subarray(start, end));
      if (!isSkippedLine(line)) onRow(line.trim().split(/[ \t]+/));
    },
  });
}

async function* skipping(count: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const skipped = Math.min(count, chunk.length);
    count -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}
