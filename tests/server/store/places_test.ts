import assert from "node:assert/strict";
import { type KeptPlaces, openPlaces } from "../../../server/store/places.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

const KEPT: KeptPlaces = { keys: ["a", 'é\n"b"'], positions: Float32Array.of(1, 2, 3, 4, 5, 6), heat: 0.25 };

const filesOf = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("places are kept per graph, whole, for their owner alone, and the last ones count", () =>
  withTempFolder(async (folder) => {
    const first = openPlaces(folder, "first"), second = openPlaces(folder, "second");
    assert.equal(await first.read(), undefined);
    await second.write({ keys: [], positions: new Float32Array(0), heat: 0 });
    await first.write({ ...KEPT, heat: 1 });
    await first.write(KEPT);
    assert.deepEqual(await first.read(), KEPT);
    assert.deepEqual(await second.read(), { keys: [], positions: new Float32Array(0), heat: 0 });
    const files = filesOf(folder);
    assert.equal(files.length, 2);
    assert.ok(files.every((name) => /^places-[0-9a-f]{24}\.bin$/.test(name)), files.join());
    if (Deno.build.os !== "windows") assert.equal((Deno.statSync(`${folder}/${files[0]}`).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("the file's bytes are the documented ones", () =>
  withTempFolder(async (folder) => {
    await openPlaces(folder, "g").write({ keys: ["a"], positions: Float32Array.of(1, -2, 0.5), heat: 0 });
    const bytes = Deno.readFileSync(`${folder}/${filesOf(folder)[0]}`);
    const head = new TextEncoder().encode('{"format":1,"nodes":1,"heat":0,"keyBytes":5}\n["a"]');
    assert.deepEqual([...bytes], [...head, 0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 0, 63]);
  }));

Deno.test("a damaged file is a sentence, wherever it is cut or changed", () =>
  withTempFolder(async (folder) => {
    const places = openPlaces(folder, "g");
    await places.write(KEPT);
    const path = `${folder}/${filesOf(folder)[0]}`, whole = Deno.readFileSync(path);
    const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
    const other = new TextEncoder().encode('{"format":2,"nodes":0,"heat":0,"keyBytes":2}\n[]');
    for (const bytes of [...cuts, other, new Uint8Array(40)]) {
      Deno.writeFileSync(path, bytes);
      const read = await places.read();
      assert.ok(read !== undefined && "problem" in read, `${bytes.length} bytes were taken for places`);
      assert.match(read.problem, /cannot be used .*: the layout starts anew\.$/s);
    }
  }));

Deno.test("the sixteen graphs stopped last are remembered", () =>
  withTempFolder(async (folder) => {
    for (let k = 0; k < 18; k++) {
      await openPlaces(folder, `graph ${k}`).write(KEPT);
      const names = filesOf(folder);
      // Files written within one tick of the file system's clock would be equally old.
      for (const name of names) {
        const { mtime } = Deno.statSync(`${folder}/${name}`);
        Deno.utimeSync(`${folder}/${name}`, (mtime?.getTime() ?? 0) / 1000 - 10, (mtime?.getTime() ?? 0) / 1000 - 10);
      }
    }
    assert.equal(filesOf(folder).length, 16);
    assert.equal(await openPlaces(folder, "graph 0").read(), undefined);
    assert.deepEqual(await openPlaces(folder, "graph 17").read(), KEPT);
  }));

Deno.test("what cannot be written is told, and nothing half-written stays", () =>
  withTempFolder(async (folder) => {
    const places = openPlaces(`${folder}/gone`, "g");
    await assert.rejects(places.write(KEPT));
    assert.deepEqual(filesOf(folder), []);
  }));
