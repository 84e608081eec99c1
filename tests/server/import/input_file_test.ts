import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ImportError } from "../../../server/import/graph_input.ts";
import { IMPORT_LIMITS, readGraph } from "../../../server/import/mod.ts";
import { edgesOf, errorOf, readFiles } from "./read_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const messageOf = (path: string) =>
  readGraph([path], {}).then(() => assert.fail("expected an ImportError"), (error) => {
    assert(error instanceof ImportError, String(error));
    return error.message.replace(/^.*\//, "");
  });

Deno.test("gzip of every format, also in several members and without its ending", async () => {
  const json = gzipSync('[["a","b"]]'), csv = gzipSync("source,target\na,b\n"), snap = gzipSync("1 2\n");
  const mtx = gzipSync("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n");
  assert.deepEqual(edgesOf(await readFiles({ "g.json.gz": json })), ["a>b"]);
  assert.deepEqual(edgesOf(await readFiles({ "g.csv.gz": csv })), ["a>b"]);
  assert.deepEqual(edgesOf(await readFiles({ "g.csv": csv })), ["a>b"]);
  assert.deepEqual(edgesOf(await readFiles({ "g.txt.gz": snap })), ["1>2"]);
  assert.deepEqual(edgesOf(await readFiles({ "g.mtx.gz": mtx })), ["1>2"]);
  assert.deepEqual(edgesOf(await readFiles({ "g.txt.gz": joined(snap, gzipSync("2 3\n")) })), ["1>2", "2>3"]);
  assert.equal((await readFiles({ "g.tar.csv.gz": csv })).name, "g.tar");
});

Deno.test("damaged, truncated and oversized gzip", async () => {
  const rows = Array.from({ length: 50_000 }, (_, row) => `${row} ${(row * 7919) % 50_000}`).join("\n");
  const whole = gzipSync(rows);
  const short = whole.subarray(0, whole.length - 20);
  const tooEarly = /^g\.txt\.gz(:\d+)?: the gzip data ends too early; the file is truncated$/;
  assert.match(await errorOf({ "g.txt.gz": short }), tooEarly);
  const damaged = joined(whole);
  damaged[damaged.length - 6] ^= 0xff;
  assert.match(await errorOf({ "g.txt.gz": damaged }), /^g\.txt\.gz(:\d+)?: the gzip data is damaged$/);
  assert.match(await errorOf({ "g.txt.gz": whole.subarray(0, 2) }), tooEarly);
  const limits = { ...IMPORT_LIMITS, fileBytes: 1000 };
  assert.equal(await errorOf({ "g.txt.gz": whole }, { limits }), "g.txt.gz: is larger than the limit of 1,000 bytes");
});

Deno.test("what is no graph file: one sentence", async () => {
  const supported = "supported are JSON (.json, .cyjs), CSV and TSV (.csv, .tsv, .tab, .ssv), edge lists " +
    "(.txt, .edges, .edgelist, .el) and MatrixMarket (.mtx), each also as .gz";
  const cases: [string, string | Uint8Array, string][] = [
    ["g.csv", "", "g.csv: is empty"],
    ["g.json", " \n\n", "g.json: is empty"],
    ["g.csv.gz", gzipSync(""), "g.csv.gz: is empty"],
    ["g.csv", Uint8Array.of(1, 0, 2, 255, 254), `g.csv: is binary; ${supported}`],
    ["g.csv", Uint8Array.of(0xff, 0xfe, 0x61, 0), "g.csv: is UTF-16 text; save it as UTF-8"],
    [
      "g.csv",
      joined(bytes("source,target\na,b\nM"), Uint8Array.of(0xfc), bytes("ller,c\n")),
      "g.csv:3: is not UTF-8 text; save it as UTF-8",
    ],
    [
      "g.gexf",
      '<?xml version="1.0"?><gexf/>',
      `g.gexf: is XML, such as GEXF or GraphML, which is not read yet; ${supported}`,
    ],
    ["g.gml", "graph [\n  node [ id 1 ]\n]\n", `g.gml: is in no format that was recognised; ${supported}`],
    ["g.net", '*Vertices 2\n1 "a"\n2 "b"\n', `g.net: is in no format that was recognised; ${supported}`],
    ["g.json", "source,target\na,b\n", "g.json:1: expected JSON in a file that ends in .json, found rows of cells"],
    ["g.csv", '{"nodes":[]}', "g.csv:1: expected rows of cells in a file that ends in .csv, found JSON"],
    ["g.mtx", "1 2\n", "g.mtx:1: expected MatrixMarket in a file that ends in .mtx, found rows of cells"],
  ];
  for (const [name, content, message] of cases) assert.equal(await errorOf({ [name]: content }), message);
});

Deno.test("an unknown ending is decided by content", async () => {
  assert.deepEqual(edgesOf(await readFiles({ "out.ego-twitter": "% sym\n1 2\n2 3\n" })), ["1>2", "2>3"]);
  assert.deepEqual(edgesOf(await readFiles({ "graph": '{"edges":[["a","b"]]}' })), ["a>b"]);
  assert.deepEqual(edgesOf(await readFiles({ "graph.data": "source,target\na,b\n" })), ["a>b"]);
  const mtx = "%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n";
  assert.deepEqual(edgesOf(await readFiles({ "graph.dat": mtx })), ["1>2"]);
});

Deno.test("a missing file, a folder, one that cannot be opened", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await messageOf(`${folder}/none.csv`), "none.csv: there is no such file");
    await Deno.mkdir(`${folder}/sub.csv`);
    assert.equal(await messageOf(`${folder}/sub.csv`), "sub.csv: is a folder; expected a graph file");
    await Deno.symlink(`${folder}/loop.csv`, `${folder}/loop.csv`);
    assert.match(await messageOf(`${folder}/loop.csv`), /^loop\.csv: it cannot be read: .*\(os error \d+\)$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a file that may not be read",
  permissions: { read: false },
  fn: async () => {
    assert.equal(await messageOf("secret.csv"), "secret.csv: permission to read it was denied");
  },
});

Deno.test("a fault in one file closes the others, and nothing is loaded", async () => {
  // The resource sanitizer fails this test if a file stays open.
  const rows = "1 2\n".repeat(200_000);
  assert.equal(
    await errorOf({ "a.txt": rows, "b.txt": rows, "c.json": "{" }),
    'c.json:1: expected a name in quotes or "}", found the end of the file',
  );
  assert.equal(await errorOf({ "a.txt": rows, "b.csv": "" }), "b.csv: is empty");
  assert.equal(
    await errorOf({ "a.txt": "1 2", "b.txt": "1 2" }, { limits: { ...IMPORT_LIMITS, files: 1 } }),
    "b.txt: is file 2; the limit is 1",
  );
});

Deno.test("progress counts the bytes of all files up to their total", async () => {
  const rows = "1 2\n".repeat(200_000);
  const seen: { stage: string; done: number; total?: number }[] = [];
  await readFiles({ "a.txt": rows, "b.txt": "2 3\n" }, { onProgress: (progress) => seen.push(progress) });
  assert(seen.length > 2);
  assert.deepEqual(seen.map(({ done }) => done), seen.map(({ done }) => done).toSorted((a, b) => a - b));
  assert.deepEqual([seen.at(-1)?.done, seen.at(-1)?.total], [800_004, 800_004]);
  assert.match(seen.at(-1)?.stage ?? "", /^reading .*a\.txt$/);
});
