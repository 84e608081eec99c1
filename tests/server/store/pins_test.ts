import assert from "node:assert/strict";
import { openPins } from "../../../server/store/pins.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

Deno.test("pins are kept per graph, moved and removed", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder);
    const first = openPins(database, "first"), second = openPins(database, "second");
    first.save([{ node: "b", x: 1.5, y: -2, z: 1e-300 }, { node: "", x: 0, y: 0, z: 0 }]);
    second.save([{ node: "b", x: 9, y: 9, z: 9 }]);
    first.save([{ node: "b", x: 4, y: 5, z: 6 }, { node: "é 'quoted'", x: 1, y: 1, z: 1 }]);
    assert.deepEqual(first.list(), [
      { node: "", x: 0, y: 0, z: 0 },
      { node: "b", x: 4, y: 5, z: 6 },
      { node: "é 'quoted'", x: 1, y: 1, z: 1 },
    ]);
    first.remove("b");
    first.remove("never there");
    assert.deepEqual(first.list().map(({ node }) => node), ["", "é 'quoted'"]);
    assert.deepEqual(second.list(), [{ node: "b", x: 9, y: 9, z: 9 }]);
    database.close();
  }));

Deno.test("a place that is no place is refused, and nothing of its batch is kept", () =>
  withTempFolder((folder) => {
    const database = openDatabase(folder), pins = openPins(database, "g");
    const batch = [{ node: "good", x: 0, y: 0, z: 0 }, { node: "bad", x: NaN, y: 0, z: Infinity }];
    assert.throws(() => pins.save(batch), new RangeError('Cannot pin "bad": its place is (NaN, 0, Infinity).'));
    assert.deepEqual(pins.list(), []);
    database.close();
  }));
