/** What the program tells the person who started it, as text or as one JSON object a line. */

export interface Log {
  /** Something worth knowing while the program runs. Hushed by `--quiet`. */
  info(message: string): void;
  /** Something went wrong and the program goes on. */
  error(message: string): void;
  /** The one event a script waits for, or a sentence for a person. */
  event(event: { readonly event: string; readonly [field: string]: unknown }, sentence: string): void;
}

export interface LogOptions {
  readonly format: "text" | "json";
  readonly quiet: boolean;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

export function createLog({ format, quiet, out, err }: LogOptions): Log {
  if (format === "json") {
    return {
      info: (message) => quiet || out(JSON.stringify({ event: "info", message })),
      error: (message) => err(JSON.stringify({ event: "error", message })),
      event: (event) => out(JSON.stringify(event)),
    };
  }
  return {
    info: (message) => quiet || err(message),
    error: (message) => err(message),
    event: (_event, sentence) => out(sentence),
  };
}
