import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { createShortestPathFrame, sssp } from "../../../protocol/graph/sssp.ts";
import { Broadcaster } from "../../../server/broadcaster.ts";
import { Meter } from "../../../server/meter.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { storeOf } from "../../helpers/graphs.ts";

Deno.test("[SSSP-7] other paths are told at once, of a layout at rest too, and to nobody else", () => {
  const clock = new FakeClock(), frames = { sssp: [] as Uint8Array[], v2: [] as Uint8Array[] };
  let distance = Infinity;
  const meter = new Meter(),
    broadcaster = new Broadcaster({
      graph: storeOf(1, []),
      clock,
      meterOf: () => meter,
      pathsOf: (frame) => ({ ...createShortestPathFrame(1), ...frame, distances: Float32Array.of(distance) }),
    });
  for (const dialect of ["sssp", "v2"] as const) {
    const sendFrame = (bytes: Uint8Array) => void frames[dialect].push(bytes);
    broadcaster.add({ dialect, rateHz: 5, sink: { isClear: true, sendFrame, flush: () => false } });
  }
  broadcaster.publish(createFrame(1));
  clock.advance(50);
  distance = 0;
  broadcaster.pathsChanged();
  assert.deepEqual(frames.sssp.map((bytes) => sssp.decode(bytes).distances[0]), [Infinity, 0]);
  assert.equal(frames.v2.length, 1);
  broadcaster.close();
});
