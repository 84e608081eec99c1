/**
 * A fault in the input, before anybody has said in which file and line it stands.
 *
 * The shared pieces throw it; `readGraph` turns it into an `ImportError` with the file and the cursor's line.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  /** `line` where the thrower knows it better than the cursor. */
  constructor(message: string, readonly line?: number) {
    super(message);
  }
}

/** Where a reader is: it moves the line along, and whoever catches a `Problem` reads it. */
export interface Cursor {
  line: number | undefined;
}

/** What was found, short enough for a sentence: text in quotes, other values by their kind. */
export function shown(value: unknown): string {
  if (value === undefined || value === "") return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** `1 self-loop was`, `1,234 self-loops were`: a count and its noun and verb. */
export function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString("en-US")} ${many}`;
}
