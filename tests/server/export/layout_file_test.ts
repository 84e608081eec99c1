import assert from "node:assert/strict";
import { checkLayoutPath, ExportError, writeLayout } from "../../../server/export/layout_file.ts";
import type { GraphInput } from "../../../server/import/graph_input.ts";
import { readGraph } from "../../../server/import/mod.ts";

const GRAPH: GraphInput = {
  name: "g",
  keys: ["a", 'b "x", y', " c "],
  labels: ["A", "B & <b>", "line\nend"],
  nodeTypes: Uint16Array.of(1, 0, 1),
  typeNames: ["", "T<1>"],
  nodeAttributes: new Map(),
  sources: Uint32Array.of(0, 1),
  targets: Uint32Array.of(1, 2),
  weights: Float32Array.of(1, 0.1),
  edgeTypes: Uint16Array.of(1, 0),
  edgeTypeNames: ["", "knows"],
  notes: [],
};
const POSITIONS = Float32Array.of(0, 1.5, -2, 0.1, 1e-7, 1 / 3, 16777217, -0.25, 3e20);

/** Runs with a folder of its own and removes it. */
async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("f32: little-endian x y z in input order; two dimensions have z = 0", () =>
  withFolder(async (folder) => {
    const one = { ...GRAPH, keys: ["a"], labels: ["A"], sources: new Uint32Array(), targets: new Uint32Array() };
    await writeLayout(`${folder}/p.f32`, one, Float32Array.of(1, -2, 0.5), {});
    const written = await Deno.readFile(`${folder}/p.f32`);
    assert.deepEqual([...written], [0, 0, 128, 63, /* 1 */ 0, 0, 0, 192, /* -2 */ 0, 0, 0, 63 /* 0.5 */]);
    await writeLayout(`${folder}/p.f32`, one, Float32Array.of(1, -2, 0.5), { dims: 2 });
    assert.deepEqual([...(await Deno.readFile(`${folder}/p.f32`)).subarray(8)], [0, 0, 0, 0]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["p.f32"]);
  }));

Deno.test("csv: quoted where needed, shortest digits that give the same float; reads back", () =>
  withFolder(async (folder) => {
    await writeLayout(`${folder}/p.csv`, GRAPH, POSITIONS, {});
    assert.equal(
      await Deno.readTextFile(`${folder}/p.csv`),
      "id,label,x,y,z\n" +
        "a,A,0,1.5,-2\n" +
        '"b ""x"", y",B & <b>,0.1,1e-7,0.33333334\n' +
        '" c ","line\nend",16777216,-0.25,300000000000000000000\n',
    );
    const read = await readGraph([`${folder}/p.csv`], {});
    assert.deepEqual([read.keys, read.labels, read.positions], [GRAPH.keys, GRAPH.labels, POSITIONS]);
  }));

Deno.test("json: nodes and edges; reads back as the same graph", () =>
  withFolder(async (folder) => {
    await writeLayout(`${folder}/p.json`, GRAPH, POSITIONS, {});
    const { nodes, edges } = JSON.parse(await Deno.readTextFile(`${folder}/p.json`));
    assert.deepEqual(nodes[0], { id: "a", label: "A", type: "T<1>", x: 0, y: 1.5, z: -2 });
    assert.deepEqual(edges, [
      { source: "a", target: 'b "x", y', weight: 1, type: "knows" },
      { source: 'b "x", y', target: " c ", weight: 0.1 },
    ]);
    const read = await readGraph([`${folder}/p.json`], {});
    assert.deepEqual({ ...read, positions: undefined, name: "g" }, { ...GRAPH, positions: undefined });
    assert.deepEqual(read.positions, POSITIONS);
  }));

Deno.test("gexf: positions, labels, types and weights, escaped", () =>
  withFolder(async (folder) => {
    const odd = { ...GRAPH, keys: ["a", "b\u0001", "c"] };
    await writeLayout(`${folder}/p.gexf`, odd, POSITIONS, {});
    const text = await Deno.readTextFile(`${folder}/p.gexf`);
    assert.equal(
      text,
      `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
<graph defaultedgetype="directed">
<attributes class="node"><attribute id="type" title="type" type="string"/></attributes>
<nodes>
<node id="a" label="A"><attvalues><attvalue for="type" value="T&lt;1&gt;"/></attvalues><viz:position x="0" y="1.5" z="-2"/></node>
<node id="b\ufffd" label="B &amp; &lt;b&gt;"><viz:position x="0.1" y="1e-7" z="0.33333334"/></node>
<node id="c" label="line&#10;end"><attvalues><attvalue for="type" value="T&lt;1&gt;"/></attvalues><viz:position x="16777216" y="-0.25" z="300000000000000000000"/></node>
</nodes>
<edges>
<edge id="0" source="a" target="b\ufffd" weight="1" kind="knows"/>
<edge id="1" source="b\ufffd" target="c" weight="0.1"/>
</edges>
</graph>
</gexf>
`,
    );
  }));

Deno.test("an empty graph is written and read", () =>
  withFolder(async (folder) => {
    const empty = { ...GRAPH, keys: [], labels: [], sources: new Uint32Array(), targets: new Uint32Array() };
    for (const ending of ["csv", "json", "gexf", "f32"]) {
      await writeLayout(`${folder}/p.${ending}`, empty, new Float32Array(), {});
    }
    assert.equal((await readGraph([`${folder}/p.csv`], {})).keys.length, 0);
    assert.equal((await readGraph([`${folder}/p.json`], {})).keys.length, 0);
    assert.equal((await Deno.stat(`${folder}/p.f32`)).size, 0);
  }));

Deno.test("an unknown ending, a folder that is not there: one sentence, and no file left behind", () =>
  withFolder(async (folder) => {
    const problem = (path: string) =>
      writeLayout(path, GRAPH, POSITIONS, {}).then(() => assert.fail("expected an ExportError"), (error) => {
        assert(error instanceof ExportError, String(error));
        return error.problem;
      });
    const expected = "expected an ending out of .f32, .csv, .json, .gexf";
    assert.equal(await problem(`${folder}/p.png`), expected);
    assert.equal(await problem(`${folder}/layout`), expected);
    await assert.rejects(checkLayoutPath("p.png"), ExportError);
    await assert.rejects(checkLayoutPath(`${folder}/none/p.csv`), /there is no folder/);
    await checkLayoutPath(`${folder}/P.F32`);
    assert.match(
      await problem(`${folder}/none/p.csv`),
      /^cannot be written: No such file or directory \(os error 2\)$/,
    );
    await Deno.mkdir(`${folder}/taken.csv`);
    assert.match(await problem(`${folder}/taken.csv`), /^cannot be written: /);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["taken.csv"]);
    await assert.rejects(() => writeLayout(`${folder}/p.csv`, GRAPH, new Float32Array(3), {}), RangeError);
  }));
