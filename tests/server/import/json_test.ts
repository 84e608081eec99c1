import assert from "node:assert/strict";
import { IMPORT_LIMITS } from "../../../server/import/mod.ts";
import { edgesOf, errorOf, readFiles, typesOf } from "./read_files.ts";

const read = (value: unknown) => readFiles({ "g.json": typeof value === "string" ? value : JSON.stringify(value) });
const failure = (value: unknown) => errorOf({ "g.json": typeof value === "string" ? value : JSON.stringify(value) });

Deno.test("d3: nodes with ids, links with value, group as type, other fields as attributes", async () => {
  const graph = await read({
    nodes: [{ id: "a", group: 1, size: 3 }, { id: "b", group: "two", name: "Bee" }, { id: 7 }],
    links: [{ source: "a", target: "b", value: 2 }, { source: "b", target: 7 }],
  });
  assert.equal(graph.name, "g");
  assert.deepEqual(graph.keys, ["a", "b", "7"]);
  assert.deepEqual(graph.labels, ["a", "Bee", "7"]);
  assert.deepEqual(typesOf(graph), ["1", "two", ""]);
  assert.deepEqual([...graph.nodeAttributes], [["size", [3, undefined, undefined]]]);
  assert.deepEqual(edgesOf(graph), ["a>b x2", "b>7"]);
  assert.deepEqual(graph.notes, []);
});

Deno.test("nodes without ids: edges name them by position, labels are the keys if all differ", async () => {
  const links = [{ source: 0, target: 1 }, { source: 1, target: 2 }];
  const named = await read({ nodes: [{ name: "A" }, { name: "B" }, { name: "C" }], links });
  assert.deepEqual(edgesOf(named), ["A>B", "B>C"]);
  const doubled = await read({ nodes: [{ name: "A" }, { name: "A" }, {}], links });
  assert.deepEqual(doubled.keys, ["0", "1", "2"]);
  assert.deepEqual(doubled.labels, ["A", "A", "2"]);
  const byName = await read({ nodes: [{ name: "A" }, { name: "B" }], links: [{ source: "B", target: "A" }] });
  assert.deepEqual(edgesOf(byName), ["B>A"]);
});

Deno.test("a position out of range is an error at its edge", async () => {
  assert.equal(
    await failure(
      '{"nodes":[{"name":"A"},{"name":"B"}],\n"links":[\n{"source":0,"target":1},\n{"source":1,"target":2}]}',
    ),
    "g.json:4: links[1]: expected a target as a position from 0 to 1, found 2",
  );
});

Deno.test("numbers that are no ids but positions are positions, with a note", async () => {
  const graph = await read({ nodes: [{ id: "a" }, { id: "b" }], links: [{ source: 0, target: 1 }] });
  assert.deepEqual(edgesOf(graph), ["a>b"]);
  assert.deepEqual(graph.notes, ["Edges name nodes by position, although nodes have ids."]);
  const ids = await read({ nodes: [{ id: 1 }, { id: 0 }], links: [{ source: 0, target: 1 }] });
  assert.deepEqual(edgesOf(ids), ["0>1"]);
});

Deno.test("what d3-force leaves behind: node objects in place of names, and positions", async () => {
  const a = { id: "a", index: 0, x: 1, y: 2, vx: 0, vy: 0 }, b = { id: "b", index: 1, x: 3, y: 4, vx: 0, vy: 0 };
  const graph = await read({ nodes: [a, b], links: [{ source: a, target: b, index: 0 }] });
  assert.deepEqual(edgesOf(graph), ["a>b"]);
  assert.deepEqual(graph.positions, Float32Array.of(1, 2, 0, 3, 4, 0));
  assert.deepEqual(graph.notes, ["Edge fields that are not kept: index."]);
  const unnamed = await read({
    nodes: [{ index: 0 }, { index: 1 }],
    links: [{ source: { index: 1 }, target: { index: 0 } }],
  });
  assert.deepEqual(edgesOf(unnamed), ["1>0"]);
});

Deno.test("graphology", async () => {
  const graph = await read({
    options: { type: "mixed" },
    nodes: [{ key: "a", attributes: { label: "A", x: 1, y: 2, z: 3, color: "red" } }, { key: "b" }],
    edges: [{ key: "e0", source: "a", target: "b", undirected: true, attributes: { weight: 0.5, type: "likes" } }],
  });
  assert.deepEqual(graph.labels, ["A", "b"]);
  assert.deepEqual([...graph.nodeAttributes], [["color", ["red", undefined]]]);
  assert.deepEqual(edgesOf(graph), ["a>b x0.5 likes"]);
  assert.equal(graph.positions, undefined);
  assert.deepEqual(graph.notes, [
    "Positions were not used because only 1 of 2 nodes have one.",
    "Edge fields that are not kept: key.",
  ]);
});

Deno.test("Cytoscape: elements in two lists, in one list, and as the whole file", async () => {
  const nodes = [{ data: { id: "a", name: "A" }, position: { x: 1, y: 2 } }, {
    data: { id: "b" },
    position: { x: 3, y: 4 },
  }];
  const edges = [{ data: { id: "ab", source: "a", target: "b", weight: 2, interaction: "pp" } }];
  for (const root of [{ elements: { nodes, edges } }, { elements: [...edges, ...nodes] }, [...nodes, ...edges]]) {
    const graph = await read(root);
    assert.deepEqual(graph.labels, ["A", "b"]);
    assert.deepEqual(edgesOf(graph), ["a>b x2 pp"]);
    assert.deepEqual(graph.positions, Float32Array.of(1, 2, 0, 3, 4, 0));
  }
});

Deno.test("NetworkX node-link: number ids, list ids, multigraph keys", async () => {
  const graph = await read({
    directed: false,
    multigraph: true,
    graph: {},
    nodes: [{ id: 1 }, { id: [0, 1] }],
    links: [{ source: 1, target: [0, 1], key: 0 }, { source: 1, target: [0, 1], key: 1 }],
  });
  assert.deepEqual(graph.keys, ["1", "[0,1]"]);
  assert.deepEqual(edgesOf(graph), ["1>[0,1] x2"]);
  assert.deepEqual(graph.notes, [
    "1 parallel edge was merged into the first with the same source, target and type, and the weights added up.",
    "Edge fields that are not kept: key.",
  ]);
});

Deno.test("lists of pairs, with weight, type or fields", async () => {
  assert.deepEqual(edgesOf(await read([["a", "b"], [1, 2, 3]])), ["a>b", "1>2 x3"]);
  assert.deepEqual(edgesOf(await read({ edges: [["a", "b", "knows"], ["b", "c", { weight: 2 }]] })), [
    "a>b knows",
    "b>c x2",
  ]);
  assert.deepEqual(edgesOf(await read([{ from: "a", to: "b" }])), ["a>b"]);
  const declared = await read({ nodes: ["a", "b"], edges: [["b", "a"]] });
  assert.deepEqual(declared.keys, ["a", "b"]);
});

Deno.test("labels, nested attributes and a list of types are kept", async () => {
  const graph = await read({ nodes: [{ id: 1, title: "T", labels: ["Person", "Actor"], deep: { a: [1, null] } }] });
  assert.deepEqual(graph.labels, ["T"]);
  assert.deepEqual(typesOf(graph), ["Person"]);
  assert.deepEqual([...graph.nodeAttributes], [["labels", [["Person", "Actor"]]], ["deep", [{ a: [1, null] }]]]);
});

Deno.test("missing nodes are created, repeated ids merged, each with a note", async () => {
  const graph = await read({
    nodes: [{ id: "a", size: 1 }, { id: "a", label: "A", size: 2, color: "red" }],
    links: [{ source: "a", target: "x" }, { source: "a", target: "y" }, { source: "a", target: "a" }],
  });
  assert.deepEqual(graph.keys, ["a", "x", "y"]);
  assert.deepEqual(graph.labels, ["A", "x", "y"]);
  assert.deepEqual(graph.nodeAttributes.get("size"), [1, undefined, undefined]);
  assert.deepEqual(graph.nodeAttributes.get("color"), ["red", undefined, undefined]);
  assert.deepEqual(graph.notes, [
    "1 node was declared again; the first declaration was kept and its gaps filled.",
    "2 nodes were created because only edges name them.",
    "1 self-loop was kept; self-loops exert no force.",
  ]);
});

Deno.test("graphs without nodes are graphs", async () => {
  for (const root of [[], { nodes: [] }, { nodes: [], links: [] }, { elements: [] }]) {
    assert.equal((await read(root)).keys.length, 0);
  }
});

Deno.test("faults name the entry, the line, what was expected and what was found", async () => {
  const cases: [unknown, string][] = [
    ['{"nodes":[\n{"id":"a"},\n{"id":"b",}]}', 'g.json:3: expected a name in quotes, found "}]}"'],
    ['{"nodes":[\n{"id":"a"}', 'g.json:2: expected "," or "]", found the end of the file'],
    ['{"nodes": [1, nan]}', 'g.json:1: expected a value, found "nan]}"'],
    ["{}", 'g.json:1: expected "nodes" with "links" or "edges", or "elements"; found an empty object'],
    [{ vertices: [] }, 'g.json:1: expected "nodes" with "links" or "edges", or "elements"; found "vertices"'],
    ['{"nodes":\n{}}', "g.json:2: nodes: expected a list, found an object"],
    ['{"links":[{"source":"a"}]}', "g.json:1: links[0]: expected a target, found nothing"],
    ['{"nodes":[{"id":1},\n{"id":null}]}', "g.json:2: nodes[1]: expected an id, found null"],
    ['{"nodes":[{"id":1},\n{"name":"b"}]}', "g.json:2: nodes[1]: expected an id, found nothing"],
    [{ edges: [["a", "b", -1]] }, "g.json:1: edges[0]: expected a weight from 0 to 1e+30, found -1"],
    ['{"edges":[["a","b",1e999]]}', "g.json:1: edges[0]: expected a weight from 0 to 1e+30, found Infinity"],
    [
      { links: [{ source: 1, target: 2, weight: "heavy" }] },
      'g.json:1: links[0]: expected a weight from 0 to 1e+30, found "heavy"',
    ],
    ['[["a"]]', "g.json:1: [0]: expected [source, target] or [source, target, weight], found a list of 1"],
    ["[1]", "g.json:1: [0]: expected an edge, found 1"],
    [
      '{"nodes":[{"id":12345678901234567890}]}',
      "g.json:1: nodes[0]: expected an id, found the number 12345678901234567000, which is beyond 2^53; write it in quotes",
    ],
  ];
  for (const [root, message] of cases) assert.equal(await failure(root), message);
});

Deno.test("bounds: size, text, attributes, depth, nodes, edges", async () => {
  const limited = (limits: Partial<typeof IMPORT_LIMITS>, root: unknown) =>
    errorOf({ "g.json": JSON.stringify(root) }, { limits: { ...IMPORT_LIMITS, ...limits } });
  assert.equal(
    await limited({ jsonBytes: 10 }, { nodes: [{ id: 1 }] }),
    "g.json: is larger than 10 bytes, the limit for JSON; use CSV",
  );
  assert.equal(
    await limited({ textLength: 3 }, { nodes: [{ id: "abcd" }] }),
    "g.json:1: nodes[0]: a node's key has 4 characters, the limit is 3",
  );
  assert.equal(
    await limited({ textLength: 3 }, { nodes: [{ id: 1, label: "abcd" }] }),
    "g.json:1: nodes[0]: a label has 4 characters, the limit is 3",
  );
  assert.equal(
    await limited({ attributeColumns: 1 }, { nodes: [{ id: 1, a: 1, b: 1 }] }),
    "g.json:1: nodes[0]: has more than 1 different node attributes",
  );
  assert.equal(
    await limited({ attributeDepth: 1 }, { nodes: [{ id: 1, a: [[1]] }] }),
    'g.json:1: nodes[0]: the attribute "a" is nested deeper than 1 levels',
  );
  assert.equal(
    await limited({ nodes: 1 }, { nodes: [{ id: 1 }, { id: 2 }] }),
    "g.json:1: nodes[1]: has more than 1 nodes",
  );
  assert.equal(await limited({ edges: 1 }, [[1, 2], [2, 3]]), "g.json:1: [1]: has more than 1 edges");
});

Deno.test("names of the object prototype are ordinary names", async () => {
  const graph = await read('{"nodes":[{"id":"__proto__","constructor":1,"__proto__":2}],"links":[]}');
  assert.deepEqual(graph.keys, ["__proto__"]);
  assert.deepEqual([...graph.nodeAttributes], [["constructor", [1]], ["__proto__", [2]]]);
});
