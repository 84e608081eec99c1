import assert from "node:assert/strict";
import { dust, graphOf, path, scaleFree } from "./graphs.ts";
import { isSettled, openWatched, placeOf } from "./watched.ts";

Deno.test("live: prepares, moves, settles; frames come in order and the last one is the end", async () => {
  const watched = await openWatched(scaleFree(300, 1), { coolingSteps: 60 });
  assert.deepEqual(watched.live.engine, { name: "cpu", detail: "1 thread", reason: undefined });
  await watched.until(() => isSettled(watched));
  const kinds = watched.states.map(({ kind }) => kind).filter((kind, k, all) => kind !== all[k - 1]);
  assert.deepEqual(kinds, ["preparing", "moving", "settled"]);
  const { frames, live } = watched;
  assert.equal(frames[0].step, 0);
  frames.slice(1).forEach(({ sequence, step }, k) => {
    assert.ok(sequence > frames[k].sequence && step >= frames[k].step);
  });
  assert.equal(live.latest()?.step, 60);
  assert.equal(live.stats().step, 60);
  assert.equal(live.latest()?.positions.length, 900);
  assert.ok(live.latest()?.positions.every(Number.isFinite));
  await live.close();
});

Deno.test("live: pauses, runs single steps, resumes", async () => {
  // It never comes to rest by itself, however late the pause arrives.
  const watched = await openWatched(path(50), { coolingSteps: 1_000_000, ignoreStillness: true });
  const { live, until } = watched;
  live.pause();
  await until(() => live.state().kind === "paused");
  const at = live.stats().step;
  live.step(3);
  await until(() => live.stats().step === at + 3 && live.state().kind === "paused");
  assert.equal(live.latest()?.step, at + 3);
  live.resume();
  await until(() => (live.latest()?.step ?? 0) > at + 3);
  await live.close();
});

Deno.test("live: a settled simulation sends nothing, a pin wakes it", async () => {
  const watched = await openWatched(path(30), { coolingSteps: 40 });
  const { live, frames, until } = watched;
  await until(() => isSettled(watched));
  const count = frames.length, steps = live.stats().step;
  // Two questions and answers through the worker: had it anything to send, it would have come before.
  live.pause();
  await until(() => live.state().kind === "paused");
  live.resume();
  await until(() => isSettled(watched));
  assert.equal(live.stats().step, steps);
  assert.ok(frames.length <= count + 2);
  live.pin({ index: 7, x: 1, y: 2, z: 3 });
  await until(() => live.state().kind === "moving");
  await until(() => isSettled(watched));
  assert.deepEqual(placeOf(live.latest(), 7), Float32Array.of(1, 2, 3));
  assert.ok(live.stats().step > steps);
  await live.close();
});

Deno.test("live: pins from the start, moves and resets are seen in frames", async () => {
  const pins = [{ index: 2, x: 9, y: 8, z: 7 }];
  const watched = await openWatched(path(5), { pins, coolingSteps: 30 });
  const { live, until } = watched;
  await until(() => isSettled(watched));
  assert.deepEqual(placeOf(live.latest(), 2), Float32Array.of(9, 8, 7));
  live.pause();
  live.place([{ index: 0, x: 5, y: 5, z: 5 }]);
  await until(() => placeOf(live.latest(), 0)?.[0] === 5);
  live.unpin(2);
  live.reset();
  await until(() => live.latest()?.step === 0);
  live.resume();
  await until(() => isSettled(watched));
  assert.equal(live.stats().step, 30);
  await live.close();
});

Deno.test("live: parameters change while it runs and after it has settled; nothing starts over", async () => {
  const watched = await openWatched(path(20), { params: { repulsion: 5, coolingSteps: 40 } });
  const { live, until } = watched;
  const length = () => {
    const [x0, y0, z0, x1, y1, z1] = live.latest()?.positions ?? [];
    return Math.hypot(x0 - x1, y0 - y1, z0 - z1);
  };
  await until(() => isSettled(watched));
  const near = length(), steps = live.stats().step;
  live.setParams({ repulsion: 60 });
  assert.deepEqual([live.params().repulsion, live.params().coolingSteps], [60, 40]);
  await until(() => live.state().kind === "moving");
  await until(() => isSettled(watched));
  assert.ok(length() > 1.5 * near && live.stats().step > steps);
  live.setParams({ clusterCohesion: 2 });
  live.setClusters(new Uint32Array(20));
  await until(() => live.state().kind === "moving");
  await until(() => isSettled(watched));
  assert.throws(() => live.setParams({ theta: 7 }), /Cannot set theta to 7: it goes from 0 to 1.5/);
  assert.throws(() => live.setClusters(new Uint32Array(3)), /Cannot group 20 nodes by 3 cluster numbers/);
  assert.equal(live.params().theta, 1);
  await live.close();
});

Deno.test("live: a slow consumer loses frames, never the newest", async () => {
  let blocked = false;
  const watched = await openWatched(scaleFree(200, 1), {
    coolingSteps: 200,
    maxStepsPerSecond: 400,
    maxFramesPerSecond: 200,
    onFrame() {
      if (blocked) return;
      blocked = true;
      // Nobody takes a frame for longer than the ring has slots.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    },
  });
  const { live, frames, until } = watched;
  await until(() => isSettled(watched));
  assert.equal(live.latest()?.step, 200);
  const gaps = frames.slice(1).filter(({ sequence }, k) => sequence > frames[k].sequence + 1);
  assert.ok(gaps.length >= 1, "frames were lost while nobody took them");
  await live.close();
});

Deno.test("live: steps and frames per second are bounded", async () => {
  const started = performance.now();
  const watched = await openWatched(path(20), { coolingSteps: 40, maxStepsPerSecond: 100, maxFramesPerSecond: 20 });
  await watched.until(() => isSettled(watched));
  assert.ok(performance.now() - started >= 380, `${performance.now() - started} ms`);
  assert.ok(watched.frames.length <= 14, `${watched.frames.length} frames`);
  await watched.live.close();
});

Deno.test("live: threads and runs do not change the result", async () => {
  const results = [];
  for (const threads of [1, 2]) {
    const watched = await openWatched(scaleFree(2000, 2), { threads, coolingSteps: 12, ignoreStillness: true });
    await watched.until(() => isSettled(watched));
    results.push(watched.live.latest()?.positions.slice());
    await watched.live.close();
  }
  assert.deepEqual(results[0], results[1]);
});

Deno.test("live: an empty graph and a single node settle at once", async () => {
  for (const n of [0, 1]) {
    const watched = await openWatched(dust(n), { coolingSteps: 50 });
    await watched.until(() => isSettled(watched));
    assert.equal(watched.live.latest()?.positions.length, 3 * n);
    await watched.live.close();
  }
});

Deno.test("live: closes in the middle of everything, twice", async () => {
  const preparing = await openWatched(scaleFree(20_000, 1));
  await preparing.live.close();
  const moving = await openWatched(scaleFree(2000, 1), { threads: 2 });
  await moving.until(() => moving.frames.length > 0);
  await Promise.all([moving.live.close(), moving.live.close()]);
});

Deno.test("live: the WebGPU engine runs in the worker as well, and lets go of its device", async () => {
  const opening = openWatched(scaleFree(300, 1), { engine: "webgpu", coolingSteps: 40 });
  const watched = await opening.catch((error) => {
    assert.match(String(error), /^Error: Cannot use WebGPU: no graphics adapter was found/);
  });
  if (watched === undefined) return console.log("skipped: no graphics adapter");
  await watched.until(() => isSettled(watched));
  assert.equal(watched.live.engine.name, "webgpu");
  assert.equal(watched.live.latest()?.step, 40);
  assert.ok(watched.live.latest()?.positions.every(Number.isFinite));
  await watched.live.close();
});

Deno.test("live: what cannot be is refused in a sentence, and nothing stops", async () => {
  await assert.rejects(openWatched(graphOf(2, [[0, 5]])), /Cannot lay out edge 0 \(0–5\): there are 2 nodes/);
  await assert.rejects(openWatched(path(2), { coolingSteps: 0 }), /Cannot set coolingSteps to 0/);
  await assert.rejects(openWatched(path(2), { pins: [{ index: 2, x: 0, y: 0, z: 0 }] }), /Cannot find node 2/);
  const watched = await openWatched(path(2), { coolingSteps: 50 });
  assert.throws(() => watched.live.pin({ index: 0, x: Infinity, y: 0, z: 0 }), /Cannot put node 0/);
  assert.throws(() => watched.live.unpin(7), /Cannot find node 7/);
  assert.throws(() => watched.live.step(-1), /Cannot run -1 steps/);
  await watched.until(() => isSettled(watched));
  await watched.live.close();
});
