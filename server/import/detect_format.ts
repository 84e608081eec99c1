import type { InputFile } from "./input_file.ts";
import { type Cursor, Problem } from "./problem.ts";
import { planTable, type TablePlan } from "./table_plan.ts";

/** How one file is to be read. */
export type Format =
  | { readonly kind: "JSON" }
  | { readonly kind: "MatrixMarket" }
  | { readonly kind: "table"; readonly plan: TablePlan };

type Kind = Format["kind"];

const KIND_BY_ENDING: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["json", "JSON"],
  ["cyjs", "JSON"],
  ["mtx", "MatrixMarket"],
  ...["csv", "tsv", "tab", "ssv", "txt", "edges", "edgelist", "el"].map((ending): [string, Kind] => [ending, "table"]),
]);

const SUPPORTED = "supported are JSON (.json, .cyjs), CSV and TSV (.csv, .tsv, .tab, .ssv), edge lists " +
  "(.txt, .edges, .edgelist, .el) and MatrixMarket (.mtx), each also as .gz";

/**
 * The format by the file's ending, confirmed by its first bytes; by these alone where the ending says nothing.
 *
 * @throws {Problem} if both disagree, or the format is none of the supported ones.
 */
export function detectFormat(input: InputFile, cursor: Cursor): Format {
  const { head, ending } = input;
  const text = new TextDecoder().decode(head);
  if (text.trim() === "") throw new Problem(input.complete ? "is empty" : "begins with nothing but empty space");
  checkIsText(head);
  const byEnding = KIND_BY_ENDING.get(ending);
  const byContent = kindOf(text);
  if (byContent === undefined) {
    throw new Problem(`is XML, such as GEXF or GraphML, which is not read yet; ${SUPPORTED}`);
  }
  if (byEnding !== undefined && byEnding !== byContent) {
    throw new Problem(`expected ${named(byEnding)} in a file that ends in .${ending}, found ${named(byContent)}`, 1);
  }
  if (byContent !== "table") return { kind: byContent };
  return { kind: "table", plan: byEnding === undefined ? guessedPlan(input, cursor) : planOf(input, cursor) };
}

/** What the first characters cannot be mistaken for; text that is nothing special is a table; `undefined` is XML. */
function kindOf(text: string): Kind | undefined {
  if (/^\s*%%MatrixMarket/i.test(text)) return "MatrixMarket";
  if (/^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["[{\]]|-?\d|$))/.test(text)) return "JSON";
  return /^\s*<[?!\w]/.test(text) ? undefined : "table";
}

function planOf(input: InputFile, cursor: Cursor): TablePlan {
  return planTable(input.head, input.complete, cursor);
}

/** Any text is a table of words: without an ending that says so, only known headings or numbers are believed. */
function guessedPlan(input: InputFile, cursor: Cursor): TablePlan {
  try {
    const plan = planOf(input, cursor);
    if (plan.isCertain) return plan;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  cursor.line = undefined;
  throw new Problem(`is in no format that was recognised; ${SUPPORTED}`);
}

function checkIsText(head: Uint8Array): void {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe || first === 0xfe && second === 0xff) {
    throw new Problem("is UTF-16 text; save it as UTF-8");
  }
  if (head.includes(0)) throw new Problem(`is binary; ${SUPPORTED}`);
}

function named(kind: Kind): string {
  return kind === "table" ? "rows of cells" : kind;
}
