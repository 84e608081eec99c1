/** Finding places in JSON text after the fact: `JSON.parse` is fast and forgets them. Used only to report a fault. */

const BLANKS = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const UNICODE_ESCAPE = /u[0-9a-fA-F]{4}/y;

/** The first place where text stops being JSON, and what the grammar wants there. */
export interface JsonFault {
  readonly offset: number;
  readonly expected: string;
}

/** The number from 1 of the line that holds `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

type State = "value" | "value or ]" | "name" | "name or }" | "comma" | "end";

/** Where `text` breaks the grammar; `undefined` if it is JSON. Nesting costs no stack. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("[" | "{")[] = [];
  let state: State = "value";
  let at = 0;
  const fault = (expected: string): JsonFault => ({ offset: at, expected });
  while (true) {
    at = matchEnd(BLANKS, text, at);
    const char = text[at];
    if (state === "end") return at === text.length ? undefined : fault("the end of the file");
    const closes = open.at(-1) === "[" ? "]" : "}";
    if (char === closes && (state === "comma" || state === `value or ]` && closes === "]" || state === "name or }")) {
      at++;
      open.pop();
    } else if (state === "comma") {
      if (char !== ",") return fault(`"," or "${closes}"`);
      at++;
      state = open.at(-1) === "[" ? "value" : "name";
      continue;
    } else if (state === "name" || state === "name or }") {
      if (char !== '"') return fault(state === "name" ? "a name in quotes" : 'a name in quotes or "}"');
      const end = stringEnd(text, at);
      if (end.fault !== undefined) return end.fault;
      at = matchEnd(BLANKS, text, end.offset);
      if (text[at] !== ":") return fault('":"');
      at++;
      state = "value";
      continue;
    } else if (char === "[" || char === "{") {
      at++;
      open.push(char);
      state = char === "[" ? "value or ]" : "name or }";
      continue;
    } else {
      const end = scalarEnd(text, at);
      if (end.fault !== undefined) return end.fault;
      at = end.offset;
    }
    state = open.length === 0 ? "end" : "comma";
  }
}

/** The offset of the value that `path` leads to in valid JSON; of its closest ancestor where the path goes nowhere. */
export function offsetOf(text: string, path: readonly (string | number)[]): number {
  let at = matchEnd(BLANKS, text, 0);
  for (const step of path) {
    const child = text[at] === "[" || text[at] === "{" ? childOffset(text, at, step) : undefined;
    if (child === undefined) return at;
    at = child;
  }
  return at;
}

/** The last member of that name counts, as for `JSON.parse`. */
function childOffset(text: string, container: number, step: string | number): number | undefined {
  const isList = text[container] === "[";
  let found: number | undefined;
  let at = matchEnd(BLANKS, text, container + 1);
  for (let index = 0; text[at] !== "]" && text[at] !== "}"; index++) {
    let name: string | number = index;
    if (!isList) {
      const nameEnd = stringEnd(text, at).offset;
      name = JSON.parse(text.slice(at, nameEnd));
      at = matchEnd(BLANKS, text, matchEnd(BLANKS, text, nameEnd) + 1);
    }
    if (name === step) found = at;
    if (isList && found !== undefined) return found;
    at = matchEnd(BLANKS, text, valueEnd(text, at));
    if (text[at] === ",") at = matchEnd(BLANKS, text, at + 1);
  }
  return found;
}

/** The end of the value at `at` in valid JSON. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  do {
    at = matchEnd(BLANKS, text, at);
    const char = text[at];
    if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    at = char === '"' ? stringEnd(text, at).offset : /[\w+-]/.test(char) ? scalarEnd(text, at).offset : at + 1;
  } while (depth > 0);
  return at;
}

interface End {
  readonly offset: number;
  readonly fault?: JsonFault;
}

function scalarEnd(text: string, at: number): End {
  if (text[at] === '"') return stringEnd(text, at);
  const offset = Math.max(matchEnd(NUMBER, text, at), matchEnd(LITERAL, text, at));
  return offset > at ? { offset } : { offset: at, fault: { offset: at, expected: "a value" } };
}

/** By hand: a regular expression over a string of megabytes overflows its stack. */
function stringEnd(text: string, at: number): End {
  const failed = (offset: number, expected: string): End => ({ offset, fault: { offset, expected } });
  for (let index = at + 1; index < text.length; index++) {
    const char = text[index];
    if (char === '"') return { offset: index + 1 };
    if (char < " ") return failed(index, "the end of a string");
    if (char !== "\\") continue;
    index++;
    const isEscape = text[index] !== undefined && '"\\/bfnrt'.includes(text[index]);
    if (isEscape) continue;
    if (matchEnd(UNICODE_ESCAPE, text, index) === index) return failed(index, "an escape such as \\n or \\u00e9");
    index += 4;
  }
  return failed(text.length, "the end of a string");
}

/** The end of the match at `at`, or `at` where there is none. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
