/** What every finder of shortest paths must do. */
import assert from "node:assert/strict";
import { createPathGraph, type Direction, type Measure, type PathColumns } from "../../../gpu/paths/path_graph.ts";
import type { PathGraph } from "../../../gpu/paths/path_graph.ts";
import type { PathSolver } from "../../../gpu/paths/solver.ts";
import { createRandom } from "../../../gpu/random.ts";
import { arcsOf, lowestParents, nearest } from "./oracle.ts";

export interface SolverSuite {
  readonly name: string;
  readonly ignore?: boolean;
  /** Random graphs to be compared with the oracle. */
  readonly graphs: number;
  readonly open: (graph: PathGraph) => Promise<PathSolver>;
}

export function columnsOf(nodeCount: number, edges: readonly (readonly [number, number, number?])[]): PathColumns {
  return {
    nodeCount,
    sources: Uint32Array.from(edges, ([from]) => from),
    targets: Uint32Array.from(edges, ([, to]) => to),
    lengths: Float32Array.from(edges, ([, , length = 1]) => length),
  };
}

const LENGTHS: readonly ((random: () => number) => number)[] = [
  (random) => random(),
  (random) => Math.floor(4 * random()), // many equal, many of 0
  (random) => random() < 0.3 ? 0 : 10 ** (12 * random() - 6), // some too short to count
];

/** Sparse enough for several components; with self-loops and repeated pairs. */
function randomColumns(random: () => number): PathColumns {
  const nodeCount = 1 + Math.floor(24 * random()), edges = Math.floor(2 * nodeCount * random());
  const lengthOf = LENGTHS[Math.floor(LENGTHS.length * random())], node = () => Math.floor(nodeCount * random());
  const pairs = Array.from({ length: edges }, () => [node(), node(), lengthOf(random)] as const);
  const again = pairs.slice(0, Math.floor(edges / 4)).map(([from, to]) => [from, to, lengthOf(random)] as const);
  return columnsOf(nodeCount, [...pairs, ...again]);
}

export function solverSuite({ name, ignore = false, graphs, open }: SolverSuite): void {
  const test = (title: string, fn: () => Promise<void>) => Deno.test({ name: `${name}: ${title}`, ignore, fn });
  const solve = async (columns: PathColumns, direction: Direction, [source, measure]: [number, Measure]) => {
    const solver = await open(createPathGraph(columns, direction));
    try {
      const { distances, parents } = await solver.solve(source, measure);
      return { distances: [...distances], parents: [...parents] };
    } finally {
      solver.close();
    }
  };

  test(`equal to Dijkstra's algorithm on ${graphs} random graphs, bit by bit`, async () => {
    const random = createRandom(7), seen = { unreachable: 0, level: 0, loops: 0, pairs: 0 };
    for (let k = 0; k < graphs; k++) {
      const columns = randomColumns(random), direction = k % 2 === 0 ? "directed" : "undirected";
      const measure = k % 5 === 0 ? "hops" : "length", source = Math.floor(columns.nodeCount * random());
      const arcs = arcsOf(columns, direction, measure), distances = nearest(columns.nodeCount, arcs, source);
      const parents = lowestParents(arcs, distances, source);
      assert.deepEqual(await solve(columns, direction, [source, measure]), { distances, parents }, `graph ${k}`);
      if (distances.includes(Infinity)) seen.unreachable++;
      if (parents.some((parent, node) => parent >= 0 && distances[parent] === distances[node])) seen.level++;
      if (arcs.some(({ from, to }) => from === to)) seen.loops++;
      if (new Set(arcs.map(({ from, to }) => `${from} ${to}`)).size < arcs.length) seen.pairs++;
    }
    for (const [what, count] of Object.entries(seen)) assert.ok(count > graphs / 10, `${what}: ${count}`);
  });

  test("golden: the longer way round is the shorter one, unreachable is +∞ and −1", async () => {
    const columns = columnsOf(5, [[0, 1, 5], [0, 2, 1], [2, 3, 1.5], [3, 1, 0.5]]);
    assert.deepEqual(await solve(columns, "directed", [0, "length"]), {
      distances: [0, 3, 1, 2.5, Infinity],
      parents: [-1, 3, 0, 2, -1],
    });
    assert.deepEqual(await solve(columns, "directed", [0, "hops"]), {
      distances: [0, 1, 1, 2, Infinity],
      parents: [-1, 0, 0, 2, -1],
    });
    assert.deepEqual(await solve(columns, "directed", [3, "length"]), {
      distances: [Infinity, 0.5, Infinity, 0, Infinity],
      parents: [-1, 3, -1, -1, -1],
    });
  });

  test("of equal ways the lowest parent; behind edges of length 0 the one with the fewest of them", async () => {
    const square = columnsOf(4, [[0, 2], [2, 3], [0, 1], [1, 3]]);
    assert.deepEqual((await solve(square, "undirected", [0, "length"])).parents, [-1, 0, 0, 1]);
    const level = columnsOf(5, [[4, 3, 2], [3, 0, 0], [0, 1, 0], [1, 2, 0], [3, 2, 0]]);
    assert.deepEqual(await solve(level, "undirected", [4, "length"]), {
      distances: [2, 2, 2, 2, 0],
      parents: [3, 0, 3, 4, -1],
    });
  });

  test("one node, and a chain longer than any submission", async () => {
    assert.deepEqual(await solve(columnsOf(1, []), "directed", [0, "length"]), { distances: [0], parents: [-1] });
    const count = 1500, chain = columnsOf(count, Array.from({ length: count - 1 }, (_, k) => [k, k + 1, 0.5] as const));
    const { distances, parents } = await solve(chain, "undirected", [0, "length"]);
    assert.deepEqual(distances, Array.from({ length: count }, (_, k) => 0.5 * k));
    assert.deepEqual(parents, Array.from({ length: count }, (_, k) => k - 1));
    const flat = { ...chain, lengths: new Float32Array(count - 1) };
    assert.deepEqual(await solve(flat, "undirected", [count - 1, "length"]), {
      distances: Array.from({ length: count }, () => 0),
      parents: Array.from({ length: count }, (_, k) => k === count - 1 ? -1 : k + 1),
    });
  });

  test("one solver answers question after question", async () => {
    const solver = await open(createPathGraph(columnsOf(3, [[0, 1, 2], [1, 2, 4]]), "undirected"));
    const distances = async (source: number, measure: Measure) => [...(await solver.solve(source, measure)).distances];
    assert.deepEqual(await distances(0, "length"), [0, 2, 6]);
    assert.deepEqual(await distances(2, "hops"), [2, 1, 0]);
    assert.deepEqual(await distances(1, "length"), [2, 0, 4]);
    for (const source of [-1, 3, 0.5, NaN]) await assert.rejects(() => solver.solve(source, "length"), RangeError);
    solver.close();
  });
}
