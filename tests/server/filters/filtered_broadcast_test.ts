import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { peekQ1, Q1Decoder } from "../../../protocol/graph/q1.ts";
import { createShortestPathFrame, sssp } from "../../../protocol/graph/sssp.ts";
import { v2 } from "../../../protocol/graph/v2.ts";
import { decodeV4 } from "../../../protocol/graph/v4.ts";
import { NoClusters } from "../../../server/clusters/graph_clusters.ts";
import { FilterRefused } from "../../../server/filters/filters.ts";
import type { LookedUp } from "../../../server/filters/lens.ts";
import { applyChange } from "../../../server/graph_change.ts";
import type { GraphStore } from "../../../server/graph_store.ts";
import { LIMITS } from "../../../server/limits.ts";
import { SearchBusyError } from "../../../server/search/graph_index.ts";
import { storeOf } from "../../helpers/graphs.ts";
import { settle, watchGraph } from "./watched_graph.ts";

/** A path of five with a hub at 2. */
const graph = storeOf(5, [[0, 1], [1, 2], [2, 3], [3, 4], [2, 0]]);
const WITH_HUB = { rootId: 2, maxDepth: 1 };

/** What a V4 message says of nodes and edges. */
function read(bytes: Uint8Array) {
  const message = decodeV4(bytes);
  if (message.type === "fullGraph") {
    const { nodes, edges } = message;
    return { graph: [...nodes.ids], edges: Array.from(edges.sources, (source, e) => `${source}-${edges.targets[e]}`) };
  }
  if (message.type !== "positionUpdate") throw new TypeError(message.type);
  return { ids: [...message.nodes.ids], xs: Array.from(message.nodes.ids, (_, k) => message.nodes.positions[3 * k]) };
}

function removeNode(store: GraphStore, key: string): GraphStore {
  const change = { add: { nodes: [], edges: [] }, remove: { nodes: [key], edges: [] } };
  return applyChange(store, change, (name) => store.input.keys.indexOf(name)).store;
}

Deno.test("[V4-20] a filter is answered by the graph of its nodes, then come their positions and no others'", async () => {
  const { broadcaster, watch, look, move, clock } = watchGraph(graph), { sink, watcher } = watch("v4");
  move();
  await look(watcher, WITH_HUB);
  move();
  assert.deepEqual(sink.frames.map(read), [
    { graph: [0, 1, 2, 3, 4], edges: ["0-1", "1-2", "2-3", "3-4", "2-0"] },
    { graph: [0, 1, 2, 3], edges: ["0-1", "1-2", "2-3", "2-0"] },
    { ids: [0, 1, 2, 3], xs: [0, 1, 2, 3] },
  ]);
  await look(watcher, { maxDepth: 1, rootId: 2 });
  assert.deepEqual(read(sink.frames[3]), read(sink.frames[1]), "every question is answered");
  sink.frames.pop();
  clock.advance(20);
  broadcaster.look(watcher, undefined);
  move();
  assert.deepEqual(sink.frames.slice(3).map((bytes) => Object.values(read(bytes))[0]), Array(2).fill([0, 1, 2, 3, 4]));
  broadcaster.close();
});

Deno.test("equal filters are encoded once, however they are written, and cost the unfiltered nothing", async () => {
  const { broadcaster, filters, watch, look, move, encodes } = watchGraph(graph);
  const plain = watch("v2"), filtered = Array.from({ length: 10 }, () => watch("v2"));
  for (const [k, { watcher }] of filtered.entries()) await look(watcher, k % 2 ? WITH_HUB : { maxDepth: 1, rootId: 2 });
  move();
  assert.equal(encodes(), 2, "one for those who see everything, one for the others");
  const [first, ...others] = filtered.map(({ sink }) => sink.frames[0]);
  assert.ok(others.every((bytes) => bytes === first), "the very same bytes");
  assert.deepEqual([...v2.decode(first).ids], [0, 1, 2, 3]);
  assert.deepEqual([...v2.decode(plain.sink.frames[0]).ids], [0, 1, 2, 3, 4]);
  assert.equal(filters.size, 1);
  broadcaster.close();
});

Deno.test("[V4-20] a filter that all nodes pass shows the same bytes as none, one that none passes shows nothing", async () => {
  const { broadcaster, watch, look, move } = watchGraph(graph),
    plain = watch("v4"),
    all = watch("v4"),
    none = watch("v4");
  await look(all.watcher, { maxNodes: 5 });
  await look(none.watcher, { types: ["nobody"] });
  for (let k = 0; k < 2; k++) move();
  assert.equal(plain.sink.frames.length, 2);
  assert.deepEqual(all.sink.frames, plain.sink.frames);
  assert.deepEqual(none.sink.frames.map(read), [{ graph: [], edges: [] }, { ids: [], xs: [] }]);
  broadcaster.close();
});

Deno.test("[V4-22] when the graph changes every filter is applied anew, and its graph comes before its positions", async () => {
  const { broadcaster, watch, look, move, change } = watchGraph(graph), { sink, watcher } = watch("v4");
  await look(watcher, WITH_HUB);
  move();
  change(removeNode(graph, "n1"));
  move();
  change(removeNode(removeNode(graph, "n1"), "n2"));
  move();
  assert.deepEqual(sink.frames.map(read), [
    { graph: [0, 1, 2, 3], edges: ["0-1", "1-2", "2-3", "2-0"] },
    { graph: [0, 2, 3], edges: ["2-3", "2-0"] },
    { graph: [], edges: [] },
  ]);
  broadcaster.close();
});

Deno.test("[V4-22] what was found by name is seen while it is looked up anew after a change", async () => {
  const asked: ((found: LookedUp) => void)[] = [];
  const lookUp = () => new Promise<LookedUp>((resolve) => asked.push(resolve));
  const { broadcaster, watch, look, move, change } = watchGraph(graph, { lookUp }), { sink, watcher } = watch("v4");
  move();
  const looking = look(watcher, { search: "odd" });
  await settle();
  move();
  assert.deepEqual(sink.frames.map(read).at(-1), { ids: [0, 1, 2, 3, 4], xs: [0, 1, 2, 3, 4] }, "nothing changes yet");
  asked[0]({ lists: [Uint32Array.of(3, 1)], generation: 1 });
  await looking;
  assert.deepEqual(read(sink.frames[2]), { graph: [1, 3], edges: [] });
  change(removeNode(graph, "n1"));
  move();
  move();
  assert.deepEqual(sink.frames.slice(3).map(read), [{ graph: [3], edges: [] }, { ids: [3], xs: [3] }]);
  assert.equal(asked.length, 2, "one question per change");
  asked[1]({ lists: [Uint32Array.of(3, 4)], generation: 2 });
  await settle();
  assert.deepEqual(read(sink.frames[5]), { graph: [3, 4], edges: ["3-4"] });
  move();
  assert.deepEqual(read(sink.frames[6]), { ids: [3, 4], xs: [3, 4] });
  broadcaster.close();
});

Deno.test("[Q1-15] a Q1 reader with a filter is told its nodes by a FullGraph, and reads keyframes and deltas of these", async () => {
  const { broadcaster, watch, look, move, change } = watchGraph(graph), { sink, watcher } = watch("q1");
  const decoder = new Q1Decoder(), seen: unknown[] = [], generations = new Set<number>();
  let read = 0, shown = createFrame(5), ids: number[] = [];
  const show = () => {
    for (; read < sink.frames.length; read++) {
      const bytes = sink.frames[read];
      if (bytes[0] === 4) {
        const message = decodeV4(bytes);
        if (message.type !== "fullGraph") throw new TypeError(message.type);
        ids = [...message.nodes.ids];
        seen.push(ids);
        continue;
      }
      const { kind, count, generation } = peekQ1(bytes);
      if (count !== shown.count) shown = createFrame(count);
      assert.equal(decoder.decodeInto(bytes, shown), "frame");
      generations.add(generation);
      seen.push(kind);
      if (ids.length > 0) assert.deepEqual(Array.from(ids, (_, k) => Math.round(shown.positions[3 * k])), ids);
    }
    broadcaster.acknowledge(watcher, { sequence: decoder.sequence ?? 0, credit: 2, needsKeyframe: false });
  };
  move();
  show();
  await look(watcher, { maxNodes: 2 });
  show();
  move();
  show();
  await look(watcher, WITH_HUB);
  show();
  change(removeNode(graph, "n0"));
  move();
  show();
  broadcaster.look(watcher, undefined);
  show();
  change(graph);
  ids = [];
  move();
  show();
  assert.deepEqual(seen, [
    ...["keyframe", [0, 2], "keyframe", "delta", [0, 1, 2, 3], "keyframe"],
    ...[[1, 2, 3], "keyframe", [1, 2, 3, 4], "keyframe", "keyframe"],
  ]);
  assert.equal(generations.size, 5, "two of graphs, three of subsets");
  assert.equal([...generations].filter((generation) => generation >= 0x8000_0000).length, 3);
  broadcaster.close();
});

Deno.test("[EV-14] records with paths are those of the nodes that pass", async () => {
  const pathsOf = (frame: ReturnType<typeof createFrame>) => {
    const paths = createShortestPathFrame(frame.count);
    frame.ids.forEach((id, index) => paths.distances[index] = id / 2);
    paths.parents.fill(0);
    return { ...paths, ...frame };
  };
  const { broadcaster, watch, look, move } = watchGraph(graph, { pathsOf }), { sink, watcher } = watch("sssp");
  await look(watcher, { rootId: 4, maxDepth: 1 });
  move();
  const { ids, distances, parents } = sssp.decode(sink.frames[0]);
  assert.deepEqual([[...ids], [...distances], [...parents]], [[3, 4], [1.5, 2], [0, 0]]);
  broadcaster.pathsChanged();
  assert.equal(sink.frames.length, 2);
  broadcaster.close();
});

Deno.test("[V4-23] filters that take long are shown less often, and whoever sees everything does not wait for them", async () => {
  const { broadcaster, watch, look, move } = watchGraph(graph), watched = Array.from({ length: 3 }, () => watch("v2"));
  const lenses = [await look(watched[1].watcher, WITH_HUB), await look(watched[2].watcher, { maxNodes: 1 })];
  const count = () => watched.map(({ sink }) => sink.frames.splice(0).length);
  for (let k = 0; k < 20; k++) move();
  assert.deepEqual(count(), [20, 20, 20]);
  for (let made = 0, k = 0; k < 100; k++) {
    move();
    const frames = watched[1].sink.frames.length + watched[2].sink.frames.length;
    // Each frame that is made takes 60 ms: 240 ms between two of one filter.
    for (; made < frames; made++) lenses[made % 2].spent(60);
  }
  const [all, ...some] = count();
  assert.equal(all, 100);
  assert.ok(some.every((frames) => frames >= 33 && frames <= 45), `${some} frames in 10 s`);
  broadcaster.close();
});

Deno.test("a bounded number of filters is served, and one that nobody looks through makes room", async () => {
  const { broadcaster, filters } = watchGraph(graph), most = LIMITS.filters.value, lenses = [];
  for (let k = 1; k <= most; k++) lenses.push(await filters.open({ maxNodes: k }, { user: `user ${k}` }));
  await assert.rejects(filters.open({ maxNodes: 99 }, { user: "ada" }), isLimit);
  const shared = await filters.open({ maxNodes: 1 }, { user: "ada" });
  assert.equal(shared, lenses[0], "what is served to one is served to more");
  filters.close(shared, "ada");
  filters.close(lenses[1], "user 2");
  await filters.open({ maxNodes: 99 }, { user: "ada" });
  assert.equal(filters.size, most);
  broadcaster.close();
});

const isLimit = (error: unknown) =>
  error instanceof FilterRefused && error.code === "limit" && (error.retryAfterS ?? 0) > 0;

Deno.test("[V4-23] one account has a bounded number of different filters, however many of its connections share one", async () => {
  const { broadcaster, filters } = watchGraph(graph), most = LIMITS.filtersPerUser.value, user = "ada", lenses = [];
  for (let k = 1; k <= most; k++) {
    for (let twice = 0; twice < 2; twice++) lenses.push(await filters.open({ maxNodes: k }, { user }));
  }
  await assert.rejects(filters.open({ maxNodes: 99 }, { user }), isLimit);
  await assert.rejects(filters.open({ maxNodes: 99 }, { user, before: lenses[0] }), isLimit, "another one looks too");
  const other = await filters.open({ maxNodes: 99 }, { user: "grace" });
  await assert.rejects(filters.open({ maxNodes: 99 }, { user }), isLimit, "though it is served already");
  filters.close(lenses[0], user);
  const instead = await filters.open({ maxNodes: 99 }, { user, before: lenses[0] });
  assert.equal(instead, other);
  filters.close(lenses[0], user);
  await assert.rejects(filters.open({ maxNodes: 98 }, { user }), isLimit);
  for (const lens of [instead, ...lenses.slice(2)]) filters.close(lens, user);
  assert.equal(filters.size, 1);
  broadcaster.close();
});

Deno.test("[EV-6] whose filter takes long is told a lower rate, and the one it asked for when it does not", async () => {
  const rates: number[] = [], { broadcaster, watch, look, move } = watchGraph(graph);
  const { watcher } = watch("v2", { onRate: (rateHz) => rates.push(rateHz) });
  const slow = await look(watcher, WITH_HUB);
  // 90 ms for each frame: 180 ms between two, where 50 were asked for.
  for (let k = 0; k < 40; k++) {
    slow.spent(90);
    move();
  }
  assert.deepEqual(rates, [10, 5]);
  for (let k = 0; k < 100; k++) move();
  assert.deepEqual(rates.slice(2), [10, 20]);
  broadcaster.close();
});

Deno.test("a look-up that fails leaves nothing behind; after a change it is told to the log once, or tried again", async () => {
  let fault: Error | undefined = new SearchBusyError(), asked = 0;
  const lookUp = () => {
    asked++;
    return fault === undefined ? Promise.resolve({ lists: [], generation: 1 }) : Promise.reject(fault);
  };
  const { broadcaster, filters, watch, look, move, change, faults } = watchGraph(graph, { lookUp });
  const { sink, watcher } = watch("v2");
  const refusal = () => filters.open({ search: "x" }, { user: "ada" }).then(() => assert.fail(), (error) => error);
  const isRefusal = (error: unknown) => error instanceof FilterRefused && [error.code, error.retryAfterS];
  assert.deepEqual(isRefusal(await refusal()), ["unavailable", 1]);
  fault = new NoClusters("Too many edges.");
  assert.deepEqual(isRefusal(await refusal()), ["unavailable", undefined]);
  assert.equal(filters.size, 0);
  fault = undefined;
  await look(watcher, { search: "x" });
  change(removeNode(graph, "n0"));
  for (const next of [new SearchBusyError(), new SearchBusyError(), new Error("broken"), new Error("not asked")]) {
    fault = next;
    move();
    await settle();
  }
  assert.deepEqual(faults.map(String), ["Error: broken"]);
  assert.equal(asked, 6);
  assert.deepEqual([...v2.decode(sink.frames[2]).ids], [1, 2, 3, 4]);
  broadcaster.close();
});
