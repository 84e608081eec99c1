import { CsvError, parse } from "csv-parse/sync";
import { columnsFromHeading, columnsWithoutHeading, type EdgeTable, type NodeTable } from "./table_columns.ts";
import { type Cursor, Problem } from "./problem.ts";
import { parseNumber } from "./values.ts";

const SAMPLE_ROWS = 20;
/** On equal terms the earlier one wins; a space only where no other does, for names hold spaces. */
const SEPARATORS = ["\t", ";", ",", "|", " "] as const;

/** `" "` stands for any run of spaces and tabs, the others for themselves. */
export type Separator = typeof SEPARATORS[number];

/** How to read a table, decided from its beginning. */
export interface TablePlan {
  readonly separator: Separator;
  readonly columns: EdgeTable | NodeTable;
  readonly hasHeading: boolean;
  /** Empty lines and comments before the first row. */
  readonly skippedLines: number;
  readonly skippedBytes: number;
  /** False where the rows could be any text: no known heading, and names that are not numbers. */
  readonly isCertain: boolean;
  /** For the user, where a guess was made. */
  readonly note?: string;
}

/** Quotes inside a cell are text, rows may differ in length: what rows mean is judged where they are read. */
export function csvOptions(separator: Separator, maxRowBytes: number) {
  return {
    delimiter: separator,
    trim: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  } as const;
}

/** A line of a space-separated file that is no row: empty, or a comment of SNAP (#) or KONECT (%). */
export function isSkippedLine(line: string): boolean {
  return /^\s*(?:$|[#%])/.test(line);
}

/** Decides how to read a table from its first bytes; leaves the cursor on the first row. */
export function planTable(head: Uint8Array, isComplete: boolean, cursor: Cursor): TablePlan {
  const text = new TextDecoder().decode(head);
  const whole = isComplete ? text : text.slice(0, text.lastIndexOf("\n") + 1 || text.length);
  const skipped = leadingComments(whole);
  const start = whole.slice(skipped.length);
  const position = {
    skippedLines: skipped.split("\n").length - 1,
    skippedBytes: new TextEncoder().encode(skipped).length,
  };
  cursor.line = position.skippedLines + 1;
  if (start === "") return { ...position, ...EMPTY };
  const { separator, rows, columns } = bestSample(start);
  if (columns !== undefined) return { ...position, separator, columns, hasHeading: true, isCertain: true };
  const areNumbers = rows.every((row) => parseNumber(row[0]) !== undefined && parseNumber(row[1] ?? "") !== undefined);
  return {
    ...position,
    separator,
    columns: columnsWithoutHeading(rows),
    hasHeading: false,
    isCertain: areNumbers,
    note: areNumbers
      ? undefined
      : `No heading was recognised, so the first line was read as an edge: ${rows[0].join(" ")}. ` +
        "If it is a heading, name its columns source and target.",
  };
}

/** Comments and nothing else: an edge list of no edges. */
const EMPTY = {
  separator: " ",
  columns: columnsWithoutHeading([["0", "0"]]),
  hasHeading: false,
  isCertain: true,
} as const;

interface Sample {
  readonly separator: Separator;
  readonly rows: readonly (readonly string[])[];
  /** What the first row means as a heading. */
  readonly columns: EdgeTable | NodeTable | undefined;
}

/** The separator under which the first rows make most sense: a known heading, then equal lengths, then most columns. */
function bestSample(text: string): Sample {
  let best: Sample | undefined;
  let bestScore = 0;
  for (const separator of SEPARATORS) {
    const rows = sampleRows(text, separator);
    if (rows.length === 0) continue;
    const width = rows[0].length;
    const columns = columnsFromHeading(rows[0]);
    const isEven = rows.every((row) => row.length === width);
    const isSplit = width > 1 ? 1 : 0;
    const score = (columns === undefined ? 0 : 1e6) +
      isSplit * (1 + (isEven ? 1e5 : 0) + (separator === " " ? 0 : 1e4)) +
      Math.min(width, 1e3);
    if (score > bestScore) {
      best = { separator, rows, columns };
      bestScore = score;
    }
  }
  if (best === undefined) throw new Problem("expected rows of cells, found a quote that is never closed");
  return best;
}

function sampleRows(text: string, separator: Separator): readonly (readonly string[])[] {
  if (separator === " ") {
    const lines = text.split("\n", 4 * SAMPLE_ROWS).filter((line) => !isSkippedLine(line)).slice(0, SAMPLE_ROWS);
    return lines.map((line) => line.trim().split(/[ \t]+/));
  }
  const rows: string[][] = [];
  try {
    parse(text, {
      ...csvOptions(separator, text.length),
      to: SAMPLE_ROWS,
      on_record: (row: string[]) => {
        rows.push(row);
        return null;
      },
    });
  } catch (error) {
    // The rows before the fault are sample enough; reading the file reports it with its line.
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}

/** Empty and comment lines at the start. A first cell like "#topic" is no comment, "# topic" is. */
function leadingComments(text: string): string {
  return /^(?:[ \t\r]*\n|[ \t]*%[^\n]*(?:\n|$)|[ \t]*#(?=[\s#!]|[^,;|\t\n]*(?:\n|$))[^\n]*(?:\n|$))*/.exec(text)?.[0] ??
    "";
}
