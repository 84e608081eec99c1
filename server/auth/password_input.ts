/** Passwords from the keyboard, unseen, or from a pipe. */
import { UserError } from "../config/user_error.ts";

/** What is needed of `Deno.stdin`. */
export interface PasswordInput {
  isTerminal(): boolean;
  setRaw(raw: boolean): void;
  /** Bytes read into the buffer; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

const ENTER = 0x0d, NEWLINE = 0x0a, CANCEL = 0x03, END = 0x04, BACKSPACE = 0x08, DELETE = 0x7f;
const MAX_LINE_BYTES = 8192;

/** Yields bytes one by one: two lines that arrive together are still two lines. */
async function* bytesOf(input: PasswordInput): AsyncGenerator<number> {
  const buffer = new Uint8Array(1024);
  for (let count = await input.read(buffer); count !== null; count = await input.read(buffer)) {
    yield* buffer.subarray(0, count);
  }
}

/** The first line, without its end. @throws UserError where there is none. */
export async function readPasswordLine(input: PasswordInput): Promise<string> {
  const line: number[] = [];
  for await (const byte of bytesOf(input)) {
    if (byte === NEWLINE) break;
    push(line, byte);
  }
  if (line.at(-1) === ENTER) line.pop();
  if (line.length === 0) throw new UserError("Standard input holds no password: write it there as one line.");
  return decode(line);
}

/**
 * Asks for a new password, twice, without showing it; `prompt` writes to the terminal.
 * @throws UserError where there is no terminal, where the two differ, and where the user cancels.
 */
export async function promptNewPassword(input: PasswordInput, prompt: (text: string) => void): Promise<string> {
  if (!input.isTerminal()) {
    throw new UserError("There is no terminal to ask for the password: pipe it in and add --password-stdin.");
  }
  input.setRaw(true);
  try {
    const bytes = bytesOf(input);
    const ask = async (question: string) => {
      prompt(question);
      try {
        return await readHidden(bytes);
      } finally {
        prompt("\n");
      }
    };
    const password = await ask("Password: ");
    if (await ask("Once more: ") !== password) {
      throw new UserError("The two passwords differ: nothing was changed, try again.");
    }
    return password;
  } finally {
    input.setRaw(false);
  }
}

/** In raw mode the terminal leaves the editing to us, and Ctrl-C too. */
async function readHidden(bytes: AsyncGenerator<number>): Promise<string> {
  const line: number[] = [];
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
    const byte = next.value;
    if (byte === ENTER || byte === NEWLINE) return decode(line);
    if (byte === CANCEL || byte === END) break;
    if (byte === BACKSPACE || byte === DELETE) eraseCharacter(line);
    else if (byte >= 0x20) push(line, byte);
  }
  throw new UserError("Cancelled: nothing was changed.");
}

/** Of a character in UTF-8, every byte but the first starts with the bits 10. */
function eraseCharacter(line: number[]): void {
  while ((line.at(-1) ?? 0) >> 6 === 0b10) line.pop();
  line.pop();
}

function push(line: number[], byte: number): void {
  if (line.length >= MAX_LINE_BYTES) throw new UserError("The password is too long: 1024 characters at most.");
  line.push(byte);
}

function decode(line: readonly number[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(line));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError("The password is not UTF-8 text: choose another or mend the pipe.");
  }
}
