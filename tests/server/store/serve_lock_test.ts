import assert from "node:assert/strict";
import { LOCK_FILE, lockDataFolder } from "../../../server/store/serve_lock.ts";
import { StoreError } from "../../../server/store/store_error.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

Deno.test("a data folder that is claimed cannot be claimed again before it is let go", () =>
  withTempFolder((folder) => {
    const lock = lockDataFolder(folder);
    assert.throws(
      () => lockDataFolder(folder),
      (error: unknown) => error instanceof StoreError && error.kind === "served" && error.message.includes(folder),
    );
    lock.release();
    lockDataFolder(folder).release();
    assert.equal(Deno.statSync(`${folder}/${LOCK_FILE}`).size, 0);
  }));

Deno.test("a folder that is not there cannot be claimed, in words", () =>
  withTempFolder((folder) => {
    assert.throws(
      () => lockDataFolder(`${folder}/gone`),
      (error: unknown) => error instanceof StoreError && error.kind === "unwritable",
    );
  }));
