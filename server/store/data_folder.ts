/** The folder of accounts, secret and database: made for its owner alone, and so is every file in it. */
import { reasonOf } from "../config/user_error.ts";
import { StoreError } from "./store_error.ts";

const FOLDER_MODE = 0o700;
const OTHERS = 0o077;
export const FILE_MODE = 0o600;

/** Creates the folder where it is missing; one that exists keeps its mode, since others may share it on purpose. */
export function makeDataFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    const reason = reasonOf(error);
    const message = `The data folder ${folder} cannot be created (${reason}): choose another with --data DIR.`;
    throw new StoreError("unwritable", message);
  }
}

/** Takes everybody else's permissions off a file; returns whether there were any. Windows has no modes: inherits the folder's rights. */
export function makePrivate(path: string): boolean {
  if (Deno.build.os === "windows") return false;
  const { mode } = Deno.statSync(path);
  if (mode === null || (mode & OTHERS) === 0) return false;
  Deno.chmodSync(path, FILE_MODE);
  return true;
}

/** What to say when the file system refuses a file of the data folder. */
export function refusedFile(path: string, error: unknown): StoreError {
  const reason = reasonOf(error);
  if (reason.includes("no space left")) return new StoreError("full", fullDisk(path));
  return new StoreError(
    "unwritable",
    `${path} cannot be read and written (${reason}): mend its permissions or choose another folder with --data DIR.`,
  );
}

export function fullDisk(path: string): string {
  return `${path} could not be written because the disk is full: free some space and try again.`;
}
