// Pins nodes of a running server on a circle, in batches, and waits until the server shows them there to everybody:
//   deno run --allow-net examples/realtime_positions.ts LINK [COUNT]
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { v2 } from "../protocol/graph/v2.ts";
import {
  BatchQueue,
  dialect,
  graphSocketUrl,
  openBrowserSocket,
  openGraph,
  systemClock,
  tokenInFragment,
} from "../web/connection/mod.ts";

interface Placement {
  /** On the wire, and where the node is in the columns: a removed node leaves a gap between ids. */
  readonly id: number;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

const RADIUS = 20, BATCH_MS = 16, PATIENCE_MS = 30_000;
const [link, wanted = "12"] = Deno.args, { origin, hash } = new URL(link), token = tokenInFragment(hash) ?? "";
const ended = Promise.withResolvers<never>(), loaded = Promise.withResolvers<NodeFrame>();
const fail = (reason: string) => ended.reject(new Error(reason));

const circle = (ids: Uint32Array): Placement[] =>
  Array.from(ids, (id, index) => {
    const angle = 2 * Math.PI * index / ids.length;
    return { id, index, x: RADIUS * Math.cos(angle), y: RADIUS * Math.sin(angle) };
  });

/** V2 frames from a client place their nodes. */
function encode(batch: readonly Placement[]): Uint8Array<ArrayBuffer> {
  const frame = createFrame(batch.length);
  batch.forEach(({ id, x, y }, at) => {
    frame.ids[at] = id;
    frame.positions.set([x, y, 0], 3 * at);
  });
  return v2.encode(frame);
}

let changed = () => {}, latest: NodeFrame | undefined;
const { socket, rest } = openGraph(link, {
  graph: (nodes) => loaded.resolve(latest = nodes),
  frame: (bytes) => latest !== undefined && dialect.readPositions(bytes, latest) && changed(),
  signedOut: fail,
  state: (state) => state.kind === "refused" && fail(state.reason),
});

const opened = Promise.withResolvers<void>();
const writer = openBrowserSocket(graphSocketUrl(origin, { token, rateHz: 1 }), ["orrery.v2"], {
  open: () => opened.resolve(),
  message: (data) => typeof data === "string" && fail(data), // no channel is subscribed: only refusals are text
  close: (code, reason) => fail(`The writing socket closed with code ${code}. ${reason}`),
});
const queue = new BatchQueue<Placement>({
  send: async (batch) => {
    await opened.promise;
    writer.send(encode(batch));
  },
  failed: (error) => void console.error(String(error)),
  ...{ batchSize: 64, intervalMs: BATCH_MS, capacity: 10_000, clock: systemClock, random: Math.random },
});

async function main(): Promise<void> {
  const nodes = await loaded.promise, targets = circle(nodes.ids.subarray(0, Math.min(Number(wanted), nodes.count)));
  await opened.promise;
  writer.send('{"type":"subscribe","data":{"channels":[]}}');
  for (const { id } of targets) { // a node that is not pinned goes on moving from where it was put
    const answer = await rest.pin(id, "pinned");
    if (!answer.ok) throw new Error(answer.error.message);
  }
  const there = Promise.withResolvers<void>();
  changed = () => {
    const away = ({ index, x, y }: Placement) => {
      const [atX, atY, atZ] = nodes.positions.subarray(3 * index);
      return Math.hypot(atX - x, atY - y, atZ) > 1e-3;
    };
    if (!targets.some(away)) there.resolve();
  };
  const beganMs = systemClock.now();
  for (const target of targets) queue.enqueue(target);
  await queue.drain();
  await there.promise;
  const health = await rest.health(), name = health.ok ? health.value.name : origin;
  console.log(`${name}: ${targets.length} of ${nodes.count} nodes placed and seen in place`);
  console.log(`after ${(systemClock.now() - beganMs).toFixed(0)} ms; a round trip takes ${figures()}`);
}

function figures(): string {
  const trips = socket.roundTrips();
  return trips === undefined ? "an unknown time" : `${trips.avg.toFixed(1)} ms`;
}

const giveUp = systemClock.after(PATIENCE_MS, () => fail(`Not all nodes were seen in place within ${PATIENCE_MS} ms.`));
try {
  await Promise.race([main(), ended.promise]);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exitCode = 1;
} finally {
  giveUp();
  await queue.close();
  socket.close();
  writer.close(1000, "done");
}
