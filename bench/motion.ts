/**
 * Real motion, for benches to replay: one frame per step of the CPU engine, kept outside the repository.
 *
 * Record: `deno run -A bench/motion.ts [FOLDER]`, from the graphs in `../shared/data`; those that are missing are skipped.
 * Read: `readMotions(FOLDER)`. A file is u32 node count, then per frame 3n f32 x y z, little-endian.
 */
import { openLiveSimulation, type PhysicsGraph, type PositionFrame } from "../gpu/mod.ts";
import { readGraph } from "../server/import/mod.ts";

export const MOTION_FOLDER = Deno.env.get("ORRERY_MOTION") ?? `${Deno.env.get("TMPDIR") ?? "/tmp"}/orrery-motion`;

/** A stretch of consecutive frames of one layout. */
export interface Motion {
  readonly graph: string;
  readonly scene: string;
  readonly nodeCount: number;
  readonly frames: readonly Float32Array[];
}

export const SCENES = ["unfolding", "settling", "cooled", "dragging"] as const;
export type Scene = typeof SCENES[number];

const DATA = new URL("../../shared/data/", import.meta.url).pathname;
const GRAPHS: Record<string, readonly string[]> = {
  "wordnet": ["graphs/wordnet/nodes.csv", "graphs/wordnet/edges.csv"],
  "USPowerGrid": ["layout/USPowerGrid.mtx"],
};
const FRAMES = 40, COOLING_STEPS = 300, SEED = 42;
/** First step of each scene that the cooling itself shows. */
const STARTS: readonly (readonly [Scene, number])[] = [
  ["unfolding", 0],
  ["settling", COOLING_STEPS / 2],
  ["cooled", COOLING_STEPS - FRAMES],
];
/** A hand goes round in a circle of this radius, in edge lengths, once in `FRAMES` frames. */
const DRAG_RADIUS = 5;

interface Stepper {
  /** The positions after one more step; a view until the next. */
  step(): Promise<Float32Array>;
  drag(index: number, x: number, y: number, z: number): void;
  close(): Promise<void>;
}

async function openStepper(graph: PhysicsGraph): Promise<Stepper> {
  let wanted = 0, arrived = Promise.withResolvers<PositionFrame>();
  const simulation = await openLiveSimulation(graph, {
    engine: "cpu",
    seed: SEED,
    threads: 2,
    dims: 3,
    coolingSteps: COOLING_STEPS,
    ignoreStillness: true,
    maxFramesPerSecond: 1e6,
    onState() {},
    onFrame(frame) {
      if (frame.step === wanted) arrived.resolve(frame);
    },
  });
  simulation.pause();
  await arrived.promise;
  return {
    async step() {
      wanted++;
      arrived = Promise.withResolvers();
      simulation.step(1);
      return (await arrived.promise).positions;
    },
    drag: (index, x, y, z) => simulation.pin({ index, x, y, z }),
    close: () => simulation.close(),
  };
}

function mostConnected({ nodeCount, sources, targets }: PhysicsGraph): number {
  const degrees = new Uint32Array(nodeCount);
  for (const ends of [sources, targets]) ends.forEach((index) => degrees[index]++);
  return degrees.reduce((best, degree, index) => degree > degrees[best] ? index : best, 0);
}

/** Every scene of one graph, in order. */
async function* recordScenes(graph: PhysicsGraph): AsyncGenerator<readonly [Scene, readonly Float32Array[]]> {
  const stepper = await openStepper(graph);
  let steps = 0, last: Float32Array = new Float32Array();
  for (const [scene, start] of STARTS) {
    for (; steps < start; steps++) await stepper.step();
    const frames: Float32Array[] = [];
    for (; frames.length < FRAMES; steps++) frames.push((await stepper.step()).slice());
    last = frames[FRAMES - 1];
    yield [scene, frames];
  }
  const held = mostConnected(graph), [x, y, z] = last.subarray(3 * held, 3 * held + 3);
  const frames: Float32Array[] = [];
  while (frames.length < FRAMES) {
    const turn = 2 * Math.PI * frames.length / FRAMES;
    stepper.drag(held, x + DRAG_RADIUS * (Math.cos(turn) - 1), y + DRAG_RADIUS * Math.sin(turn), z);
    frames.push((await stepper.step()).slice());
  }
  yield ["dragging", frames];
  await stepper.close();
}

function writeMotion(path: string, nodeCount: number, frames: readonly Float32Array[]): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const column of [Uint32Array.of(nodeCount), ...frames]) {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }
}

function readMotion(path: string): Pick<Motion, "nodeCount" | "frames"> {
  const { buffer } = Deno.readFileSync(path), nodeCount = new Uint32Array(buffer, 0, 1)[0];
  const frameCount = (buffer.byteLength - 4) / (12 * nodeCount);
  const frames = Array.from(
    { length: frameCount },
    (_, k) => new Float32Array(buffer, 4 + 12 * nodeCount * k, 3 * nodeCount),
  );
  return { nodeCount, frames };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whatever was recorded, in the order of recording. Cost: 12 bytes per node and frame. */
export function readMotions(folder: string): Motion[] {
  return Object.keys(GRAPHS).flatMap((graph) =>
    SCENES.map((scene) => ({ graph, scene, path: `${folder}/${graph}-${scene}.motion` }))
      .filter(({ path }) => exists(path))
      .map(({ graph, scene, path }) => ({ graph, scene, ...readMotion(path) }))
  );
}

async function recordAll(folder: string): Promise<void> {
  Deno.mkdirSync(folder, { recursive: true });
  for (const [name, files] of Object.entries(GRAPHS)) {
    const paths = files.map((file) => DATA + file);
    if (!paths.every(exists)) {
      console.log(`${name}: skipped, ${paths.join(" or ")} is missing`);
      continue;
    }
    const { keys, sources, targets } = await readGraph(paths, {});
    const graph = { nodeCount: keys.length, sources, targets };
    for await (const [scene, frames] of recordScenes(graph)) {
      const path = `${folder}/${name}-${scene}.motion`;
      writeMotion(path, graph.nodeCount, frames);
      console.log(`${path}: ${frames.length} frames of ${graph.nodeCount} nodes`);
    }
  }
}

if (import.meta.main) await recordAll(Deno.args[0] ?? MOTION_FOLDER);
