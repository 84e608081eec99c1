/** Positions and their graph, brought together by generation: with a server whose answers the test holds in its hand. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import type { Result, Topology } from "../../../web/connection/rest_client.ts";
import { Q1Graph, RETRY_MS } from "../../../web/state/q1_graph.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

const NO_EDGES = { count: 0, sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float32Array() };
const BYTES = 50;

function frameOf(generation: number, { count = 2, x = 0 } = {}): NodeFrame {
  const frame = createFrame(count);
  frame.positions.fill(x);
  return { ...frame, generation };
}

/** Ids from 10 on: not those that a frame has by itself. */
function topologyOf(generation: number, { count = 2 } = {}): Result<Topology> {
  const nodes = frameOf(generation, { count, x: -1 });
  return { ok: true, value: { generation, nodes: { ...nodes, ids: nodes.ids.map((id) => id + 10) }, edges: NO_EDGES } };
}

const BUSY: Result<Topology> = { ok: false, error: { status: 503, code: "busy", message: "The server is busy." } };

function setUp() {
  const told: string[] = [], clock = new FakeClock(), asked: ((answer: Result<Topology>) => void)[] = [];
  const graph = new Q1Graph({
    clock,
    rest: {
      topology: () => {
        const { promise, resolve } = Promise.withResolvers<Result<Topology>>();
        asked.push(resolve);
        return promise;
      },
    },
    on: {
      points: ({ count }) => told.push(`points ${count}`),
      graph: ({ generation, ids, positions }) => told.push(`graph ${generation}: ${ids[0]} at ${positions[0]}`),
      positions: ({ positions }, bytes) => told.push(`at ${positions[0]} in ${bytes}`),
      passed: () => told.push("passed"),
      progress: () => {},
      failed: (sentence) => told.push(sentence),
    },
  });
  graph.connected();
  return {
    ...{ graph, clock, asked },
    /** What was told since the last time. */
    news: () => told.splice(0),
    receive: (generation: number, options?: { count?: number; x?: number }) =>
      graph.receive(frameOf(generation, options), BYTES),
    async answer(answer: Result<Topology>): Promise<void> {
      asked[asked.length - 1](answer);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

Deno.test("points at once, then the graph at the newest moment, then its frames", async () => {
  const { receive, answer, news, asked } = setUp();
  receive(1);
  assert.deepEqual(news(), ["points 2", "at 0 in 50"]);
  receive(1, { x: 3 });
  assert.deepEqual(news(), ["at 3 in 50"]);
  await answer(topologyOf(1));
  assert.deepEqual(news(), ["graph 1: 10 at 3", "at 3 in 50"]);
  receive(1, { x: 4 });
  assert.deepEqual([news(), asked.length], [["at 4 in 50"], 1]);
});

Deno.test("a new generation is passed over until its graph is there; nothing is shown in between", async () => {
  const { receive, answer, news, asked } = setUp();
  receive(1);
  await answer(topologyOf(1));
  news();
  receive(2, { count: 3 });
  receive(2, { count: 3, x: 7 });
  assert.deepEqual([news(), asked.length], [["passed", "passed"], 2]);
  await answer(topologyOf(2, { count: 3 }));
  assert.deepEqual(news(), ["graph 2: 10 at 7", "at 7 in 50"]);
});

Deno.test("a graph that is ahead waits for its frames, and is not asked for again", async () => {
  const { receive, answer, news, asked } = setUp();
  receive(1);
  await answer(topologyOf(3));
  receive(1);
  receive(2);
  news();
  receive(3, { x: 5 });
  assert.deepEqual([news(), asked.length], [["graph 3: 10 at 5", "at 5 in 50"], 1]);
});

Deno.test("an older graph, one of another size and a refusal are asked for again, later and later, then told", async () => {
  const { receive, answer, news, asked, clock } = setUp();
  receive(2);
  news();
  const answers = [topologyOf(1), topologyOf(2, { count: 5 }), BUSY, BUSY, BUSY, BUSY];
  for (const [turn, one] of answers.entries()) {
    assert.equal(asked.length, turn + 1);
    await answer(one);
    receive(2); // asks for nothing by itself
    assert.equal(asked.length, turn + 1);
    if (turn < RETRY_MS.length) clock.advance(RETRY_MS[turn]);
  }
  assert.equal(news().at(-2), "The graph could not be loaded. The server is busy. Reload the page to try again.");
  receive(2);
  assert.equal(asked.length, 6, "not again for this generation");
  receive(3);
  assert.equal(asked.length, 7);
  await answer(topologyOf(3));
  assert.deepEqual(news().at(-2), "graph 3: 10 at 0");
});

Deno.test("what an earlier connection asked for is not heard; its view stays until the new graph is there", async () => {
  const { graph, receive, answer, news, asked } = setUp();
  receive(1);
  await answer(topologyOf(1));
  receive(2);
  graph.connected();
  news();
  await answer(topologyOf(2));
  assert.deepEqual(news(), []);
  receive(1, { x: 8 });
  assert.deepEqual([news(), asked.length], [["passed"], 3]);
  await answer(topologyOf(1));
  assert.deepEqual(news(), ["graph 1: 10 at 8", "at 8 in 50"]);
});
