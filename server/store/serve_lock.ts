/** One server per data folder: two would each move their own layout and overwrite the other's pins and places. */
import { FILE_MODE, refusedFile } from "./data_folder.ts";
import { StoreError } from "./store_error.ts";

export const LOCK_FILE = "serve.lock";

export interface ServeLock {
  release(): void;
}

/**
 * Claims the data folder, which must exist, for this process. The system lets go of it when the process ends, however it
 * ends; the file stays and means nothing by itself.
 * @throws StoreError where another server has it, or the file cannot be used.
 */
export function lockDataFolder(folder: string): ServeLock {
  const path = `${folder}/${LOCK_FILE}`, file = openLockFile(path);
  try {
    if (file.tryLockSync(true)) return { release: () => file.close() };
  } catch (error) {
    file.close();
    throw refusedFile(path, error);
  }
  file.close();
  const message = `Another server uses the data folder ${folder}: stop it, or choose another folder with --data DIR.`;
  throw new StoreError("served", message);
}

function openLockFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { create: true, write: true, mode: FILE_MODE });
  } catch (error) {
    throw refusedFile(path, error);
  }
}
