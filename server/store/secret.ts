/** The key that signs tokens: 32 random bytes in a file of the data folder that only its owner can read. */
import { FILE_MODE, makeDataFolder, makePrivate, refusedFile } from "./data_folder.ts";
import { StoreError } from "./store_error.ts";

export const SECRET_FILE = "token.secret";
const SECRET_BYTES = 32;

export interface Secret {
  readonly bytes: Uint8Array;
  /** What the operator should know, one sentence: the file was open to others until now. */
  readonly warning?: string;
}

/**
 * Reads the secret of the data folder, or creates it; of several processes that create it at once, all get the same.
 * @throws StoreError where the file cannot be used.
 */
export function openSecret(folder: string, random: (count: number) => Uint8Array): Secret {
  const path = `${folder}/${SECRET_FILE}`;
  makeDataFolder(folder);
  try {
    const found = readSecret(path);
    if (found !== undefined) return found;
    create(path, random);
    const created = readSecret(path);
    if (created !== undefined) return created;
  } catch (error) {
    throw error instanceof StoreError ? error : refusedFile(path, error);
  }
  throw new StoreError("unwritable", `${path} disappeared while it was created: start again.`);
}

function readSecret(path: string): Secret | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (bytes.length < SECRET_BYTES) {
    const message = `${path} holds ${bytes.length} bytes instead of ${SECRET_BYTES}`;
    throw new StoreError("damaged", `${message}: restore it, or remove it to get a new one (everybody logs in again).`);
  }
  if (!makePrivate(path)) return { bytes };
  return {
    bytes,
    warning: `${path} could be read by others until now; remove it to get a new secret if that matters.`,
  };
}

/** Written whole under another name first, then linked: a link never replaces a file, so the first process wins. */
function create(path: string, random: (count: number) => Uint8Array): void {
  const draft = `${path}.${Array.from(random(8), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const file = Deno.openSync(draft, { createNew: true, write: true, mode: FILE_MODE });
  try {
    writeWhole(file, random(SECRET_BYTES));
    Deno.linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    Deno.removeSync(draft);
  }
}

function writeWhole(file: Deno.FsFile, bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
    file.syncSync();
  } finally {
    file.close();
  }
}
