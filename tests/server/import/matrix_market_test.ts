import assert from "node:assert/strict";
import { IMPORT_LIMITS } from "../../../server/import/mod.ts";
import { edgesOf, errorOf, readFiles } from "./read_files.ts";

const read = (mtx: string) => readFiles({ "g.mtx": mtx });
const banner = (kind: string) => `%%MatrixMarket matrix coordinate ${kind}\n`;

Deno.test("patterns, reals and integers; comments; nodes without edges; the diagonal", async () => {
  const pattern = await read(`${banner("pattern symmetric")}% comment\n%\n4 4 3\n2 1\n3 3\n  3\t2  \n`);
  assert.deepEqual(pattern.keys, ["1", "2", "3", "4"]);
  assert.deepEqual(pattern.labels, pattern.keys);
  assert.deepEqual(edgesOf(pattern), ["2>1", "3>3", "3>2"]);
  assert.deepEqual(pattern.notes, ["1 self-loop was kept; self-loops exert no force."]);
  assert.deepEqual(edgesOf(await read(`${banner("real general")}2 2 2\n1 2 0.5\n2 1 1e1\n`)), ["1>2 x0.5", "2>1 x10"]);
  assert.deepEqual(edgesOf(await read(`${banner("integer symmetric")}2 2 1\r\n2 1 3\r\n`)), ["2>1 x3"]);
  const upper = await read("%%matrixmarket MATRIX Coordinate Pattern General\n\n1 1 0");
  assert.deepEqual([upper.keys.length, upper.sources.length], [1, 0]);
  assert.equal((await read(`${banner("pattern general")}0 0 0\n`)).keys.length, 0);
});

Deno.test("negative entries count by magnitude, with a note; entries given twice add up", async () => {
  const skew = await read(`${banner("real skew-symmetric")}3 3 2\n2 1 -1.5\n3 1 2\n`);
  assert.deepEqual(edgesOf(skew), ["2>1 x1.5", "3>1 x2"]);
  assert.deepEqual(skew.notes, ["1 negative matrix entry was taken by magnitude as weight."]);
  assert.deepEqual(edgesOf(await read(`${banner("real general")}2 2 2\n1 2 1\n1 2 2\n`)), ["1>2 x3"]);
});

Deno.test("faults name the line, what was expected and what was found", async () => {
  const cases: [string, string][] = [
    [
      "%%MatrixMarket matrix array real general\n",
      '1: expected "%%MatrixMarket matrix coordinate …", found "%%MatrixMarket matrix array real general"',
    ],
    [banner("complex general"), '1: expected entries that are pattern, real or integer, found "complex"'],
    [banner("real hermitian"), '1: expected a matrix that is general, symmetric or skew-symmetric, found "hermitian"'],
    [banner("real"), "1: expected a matrix that is general, symmetric or skew-symmetric, found nothing"],
    [banner("pattern general"), "1: expected a line with rows, columns and entries, found the end"],
    [`${banner("pattern general")}2 2\n`, '2: expected rows, columns and entries, found "2 2"'],
    [`${banner("pattern general")}2 3 1\n`, "2: expected a square matrix, found 2 rows and 3 columns"],
    [`${banner("pattern general")}99999999 99999999 1\n`, "2: has 99999999 nodes, the limit is 16,777,216"],
    [`${banner("pattern general")}2 2 1\n3 1\n`, '3: expected a row or column from 1 to 2, found "3"'],
    [`${banner("pattern general")}2 2 1\n0 1\n`, '3: expected a row or column from 1 to 2, found "0"'],
    [`${banner("pattern general")}2 2 1\n1\n`, "3: expected a row or column from 1 to 2, found nothing"],
    [`${banner("pattern general")}2 2 1\n1 x\n`, '3: expected a row or column from 1 to 2, found "x"'],
    [`${banner("pattern general")}2 2 1\n1 2 3\n`, '3: expected nothing after row and column, found "3"'],
    [`${banner("real general")}2 2 1\n1 2\n`, "3: expected a value after row and column, found nothing"],
    [`${banner("real general")}2 2 1\n1 2 NaN\n`, '3: expected a weight from 0 to 1e+30, found "NaN"'],
    [`${banner("real general")}2 2 1\n1 2 1 7\n`, '3: expected a weight from 0 to 1e+30, found "1 7"'],
    [`${banner("pattern general")}2 2 2\n1 2\n`, "3: expected 2 entries, found the end after 1"],
    [`${banner("pattern general")}2 2 1\n1 2\n2 1\n`, "4: expected 1 entry, found more"],
  ];
  for (const [mtx, message] of cases) assert.equal(await errorOf({ "g.mtx": mtx }), `g.mtx:${message}`);
});

Deno.test("the bound on nodes is checked before anything is allocated", async () => {
  const limits = { ...IMPORT_LIMITS, nodes: 10 };
  assert.equal(
    await errorOf({ "g.mtx": `${banner("pattern general")}11 11 0\n` }, { limits }),
    "g.mtx:2: has 11 nodes, the limit is 10",
  );
});
