import assert from "node:assert/strict";
import { openLayoutParams } from "../../../server/store/layout_params.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

Deno.test("parameters are kept per graph, replaced as a whole, and outlive the process", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder);
    const first = openLayoutParams(database, "first"), second = openLayoutParams(database, "second");
    assert.deepEqual(first.list(), new Map());
    first.save(new Map([["repulsion", 20], ["theta", 0.5]]));
    second.save(new Map([["repulsion", 7]]));
    first.save(new Map([["layers", 2]]));
    database.close();
    const again = openDatabase(folder);
    assert.deepEqual(openLayoutParams(again, "first").list(), new Map([["layers", 2]]));
    assert.deepEqual(openLayoutParams(again, "second").list(), new Map([["repulsion", 7]]));
    openLayoutParams(again, "second").save(new Map());
    assert.deepEqual(openLayoutParams(again, "second").list(), new Map());
    again.close();
  }));
