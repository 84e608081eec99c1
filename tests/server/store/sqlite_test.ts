import assert from "node:assert/strict";
import { migrations } from "../../../server/store/schema.ts";
import { openPins } from "../../../server/store/pins.ts";
import { databaseExists, openDatabase } from "../../../server/store/sqlite.ts";
import { StoreError, type StoreErrorKind } from "../../../server/store/store_error.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

const onWindows = Deno.build.os === "windows";

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

function assertRefused(work: () => unknown, kind: StoreErrorKind, message: string): void {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.message, message);
    assert.equal(error.kind, kind);
    assert.equal(error.exitCode, 2);
    return;
  }
  assert.fail("was not refused");
}

Deno.test({
  name: "a new data folder is 0700 and every file in it 0600",
  ignore: onWindows,
  fn: () =>
    withTempFolder((parent) => {
      const folder = `${parent}/deep/data`;
      const database = openDatabase(folder);
      openPins(database, "g").save([{ node: "a", x: 1, y: 2, z: 3 }]);
      assert.equal(modeOf(folder), 0o700);
      const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assert.deepEqual(files, ["orrery.db", "orrery.db-shm", "orrery.db-wal"]);
      for (const file of files) assert.equal(modeOf(`${folder}/${file}`), 0o600, file);
      database.close();
    }),
});

Deno.test({
  name: "a database that others can read is tightened, the mode of an existing folder is left alone",
  ignore: onWindows,
  fn: () =>
    withTempFolder((folder) => {
      Deno.chmodSync(folder, 0o755);
      openDatabase(folder).close();
      Deno.chmodSync(`${folder}/orrery.db`, 0o644);
      openDatabase(folder).close();
      assert.equal(modeOf(`${folder}/orrery.db`), 0o600);
      assert.equal(modeOf(folder), 0o755);
    }),
});

Deno.test("opening again keeps what is there", () =>
  withTempFolder((folder) => {
    assert.equal(databaseExists(folder), false);
    for (const node of ["a", "b"]) {
      const database = openDatabase(folder);
      openPins(database, "g").save([{ node, x: 0, y: 0, z: 0 }]);
      database.close();
    }
    assert.equal(databaseExists(folder), true);
    const database = openDatabase(folder);
    assert.deepEqual(openPins(database, "g").list().map(({ node }) => node), ["a", "b"]);
    database.close();
  }));

Deno.test("a transaction happens whole or not at all", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder);
    const insert = database.prepare("INSERT INTO pins VALUES ('g', ?, 0, 0, 0)");
    const boom = new RangeError("boom");
    assert.throws(() =>
      database.transaction(() => {
        insert.run("a");
        throw boom;
      }), boom);
    assert.deepEqual(openPins(database, "g").list(), []);
    assert.equal(database.transaction(() => insert.run("b").changes), 1);
    assert.equal(openPins(database, "g").list().length, 1);
    database.close();
  }));

Deno.test("a file that is no database is refused", () =>
  withTempFolder((folder) => {
    const path = `${folder}/orrery.db`;
    Deno.writeTextFileSync(path, "once upon a time, far from any table ".repeat(400));
    assertRefused(
      () => openDatabase(folder),
      "damaged",
      `${path} is damaged (file is not a database): restore a backup, or move the file away to start with an empty one.`,
    );
  }));

Deno.test("a page that was overwritten is noticed by the statement that meets it", () =>
  withTempFolder((folder) => {
    const path = `${folder}/orrery.db`;
    const database = openDatabase(folder);
    const nodes = Array.from({ length: 2000 }, (_, i) => ({ node: `node ${i}`, x: i, y: i, z: i }));
    openPins(database, "g").save(nodes);
    database.close();
    const file = Deno.openSync(path, { read: true, write: true });
    const { size } = file.statSync();
    file.seekSync(8192, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(size - 8192).fill(0xa5));
    file.close();
    const damaged = openDatabase(folder);
    assertRefused(
      () => openPins(damaged, "g").list(),
      "damaged",
      `${path} is damaged (database disk image is malformed): restore a backup, or move the file away to start with an empty one.`,
    );
    damaged.close();
  }));

Deno.test("a database of a newer version is refused and left as it is", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder);
    database.prepare("PRAGMA user_version = 99").run();
    database.close();
    assertRefused(
      () => openDatabase(folder),
      "newer",
      `${folder}/orrery.db was written by a newer version (schema 99, this one knows ${migrations.length}): update orrery or choose another folder with --data DIR.`,
    );
  }));

Deno.test("a full disk is one sentence, and what was written before stays", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder);
    const pins = openPins(database, "g");
    pins.save([{ node: "a", x: 1, y: 1, z: 1 }]);
    // SQLite answers a full disk and a full page budget with the same result code.
    database.prepare("PRAGMA max_page_count = 10").get();
    const many = Array.from({ length: 5000 }, (_, i) => ({ node: `node ${i}`, x: 0, y: 0, z: 0 }));
    assertRefused(
      () => pins.save(many),
      "full",
      `${folder}/orrery.db could not be written because the disk is full: free some space and try again.`,
    );
    assert.deepEqual(pins.list().map(({ node }) => node), ["a"]);
    pins.remove("a");
    database.close();
  }));

Deno.test("a database that another process holds is one sentence", () =>
  withTempFolder((folder) => {
    const holder = openDatabase(folder), waiting = openDatabase(folder);
    holder.transaction(() =>
      assertRefused(
        () => openPins(waiting, "g").save([{ node: "a", x: 0, y: 0, z: 0 }]),
        "busy",
        `${folder}/orrery.db is held by another process for more than 2 s: stop that process and try again.`,
      )
    );
    openPins(waiting, "g").save([{ node: "a", x: 0, y: 0, z: 0 }]);
    holder.close();
    waiting.close();
  }));

Deno.test("a folder that cannot be made is one sentence", () =>
  withTempFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    assertRefused(
      () => openDatabase(`${folder}/file/data`),
      "unwritable",
      `The data folder ${folder}/file/data cannot be created (not a directory): choose another with --data DIR.`,
    );
    assert.equal(databaseExists(`${folder}/file/data`), false);
    Deno.mkdirSync(`${folder}/data/orrery.db`, { recursive: true });
    assertRefused(
      () => openDatabase(`${folder}/data`),
      "unwritable",
      `${folder}/data/orrery.db cannot be read and written (is a directory): mend its permissions or choose another folder with --data DIR.`,
    );
  }));

const isRoot = !onWindows && Deno.uid() === 0;
if (isRoot) console.log("skipped: read-only data folder, because root may write everywhere; run the tests as a user");

Deno.test({
  name: "a read-only folder is one sentence",
  ignore: onWindows || isRoot,
  fn: () =>
    withTempFolder((folder) => {
      Deno.chmodSync(folder, 0o500);
      assertRefused(
        () => openDatabase(folder),
        "unwritable",
        `${folder}/orrery.db cannot be read and written (permission denied): mend its permissions or choose another folder with --data DIR.`,
      );
      Deno.chmodSync(folder, 0o700);
    }),
});
