/**
 * The figures that the protocol documents claim, measured on one seeded layout: `deno run -A bench/claims.ts`. What comes
 * out is answered in `docs/protocol/claims.md`.
 */
import { createRandom } from "../gpu/random.ts";
import { compress } from "../protocol/compression.ts";
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { createShortestPathFrame, sssp } from "../protocol/graph/sssp.ts";
import { encodeV1 } from "../protocol/graph/v1.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { positionUpdate as v4 } from "../protocol/graph/v4.ts";

const HERTZ = 60;

/** Nodes at random places; all of them move, or none. */
function layoutOf(count: number, motion: "moving" | "at rest"): NodeFrame {
  const random = createRandom(42), frame = createFrame(count), side = 4 * Math.cbrt(count);
  frame.positions.forEach((_, k) => frame.positions[k] = side * (random() - 0.5));
  if (motion === "moving") frame.velocities.forEach((_, k) => frame.velocities[k] = random() - 0.5);
  frame.charges.fill(1);
  return frame;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const say = (what: string, ...found: readonly string[]) => console.log(`${what}: ${found.join(", ")}`);
const counted = (bytes: number) => `${bytes.toLocaleString("en")} bytes`;

function sizes(): void {
  const frame = layoutOf(100_000, "moving"), json = encodeV1({ type: "nodes.update", nodes: frame }).length;
  say("100,000 nodes as JSON V1", counted(json));
  for (const codec of [v2, v4]) {
    const bytes = codec.byteLength(100_000);
    say(`100,000 nodes in ${codec.dialect}`, counted(bytes), `${percent(1 - bytes / json)} less than JSON`);
    say(
      `  at ${HERTZ} Hz`,
      `${(bytes * HERTZ / 1e6).toFixed(0)} MB/s`,
      `${(8 * bytes * HERTZ / 1e9).toFixed(2)} Gbit/s`,
    );
  }
  const ten = v4.byteLength(10_000);
  say(
    "10,000 nodes in v4",
    counted(ten),
    `${(ten * 60 / 1e6).toFixed(1)} MB/s at 60 Hz`,
    `${(ten * 20 / 1e6).toFixed(1)} at 20`,
  );
}

/** The document's 34 bytes beside the same fields as a JSON client would name them. */
async function shortestPaths(): Promise<void> {
  const count = 10_000, { positions, velocities } = layoutOf(count, "moving");
  const frame = { ...createShortestPathFrame(count), positions, velocities };
  for (let node = 1; node < count; node++) {
    frame.distances[node] = Math.sqrt(node);
    frame.parents[node] = node >> 1;
  }
  frame.distances[0] = 0;
  const vector = (column: Float32Array, at: number) => ({
    x: column[3 * at],
    y: column[3 * at + 1],
    z: column[3 * at + 2],
  });
  const objects = Array.from({ length: count }, (_, id) => ({
    id,
    position: vector(positions, id),
    velocity: vector(velocities, id),
    sssp_distance: frame.distances[id],
    sssp_parent: frame.parents[id],
  }));
  const json = JSON.stringify(objects).length, bytes = sssp.encode(frame), packed = await compress(bytes, "gzip");
  say("10,000 nodes with shortest paths", `JSON ${counted(json)}`, `binary ${counted(bytes.length)}`);
  say(
    "  less than JSON",
    `${percent(1 - bytes.length / json)} in binary`,
    `${percent(1 - packed.length / json)} gzipped as well`,
  );
}

async function compression(): Promise<void> {
  for (const motion of ["moving", "at rest"] as const) {
    for (const codec of [v2, v4]) {
      const bytes = codec.encode(layoutOf(10_000, motion)), packed = await compress(bytes, "deflate-raw");
      const start = performance.now();
      await compress(bytes, "deflate-raw");
      const ms = performance.now() - start;
      say(
        `10,000 nodes ${motion} in ${codec.dialect}, deflated`,
        `${percent(1 - packed.length / bytes.length)} less`,
        `${ms.toFixed(1)} ms`,
      );
    }
  }
}

if (import.meta.main) {
  sizes();
  await shortestPaths();
  await compression();
}
