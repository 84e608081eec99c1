/** A simulation without physics: nodes that circle, so that only the way from a frame to the sockets is measured. */
import { createRandom } from "../../gpu/random.ts";
import { createParams, type LiveSimulation, type PositionFrame, STEP_BOUNDS_MS } from "../../gpu/mod.ts";

const SEED = 42, PERIOD = 64, RADIUS = 0.05;

/** Positions of one turn of all nodes, in a cube that has one node per unit of space. */
function turnOf(nodes: number): Float32Array[] {
  const random = createRandom(SEED), side = 2 * Math.cbrt(nodes);
  const centres = Float32Array.from({ length: 3 * nodes }, () => side * (random() - 0.5));
  const phases = centres.map(() => 2 * Math.PI * random());
  return Array.from({ length: PERIOD }, (_, t) => {
    const angle = 2 * Math.PI * t / PERIOD;
    return centres.map((centre, k) => centre + RADIUS * Math.sin(angle + phases[k]));
  });
}

/** Hands over frames when told to; the first velocity of each is its sequence, for clients that have no other. */
export function createMovingGraph(nodes: number) {
  const turn = turnOf(nodes), velocities = new Float32Array(3 * nodes);
  let sequence = 0;
  const frame = (): PositionFrame => {
    velocities[0] = sequence;
    return { sequence, generation: 0, step: sequence, positions: turn[sequence++ % PERIOD], velocities };
  };
  const simulation: LiveSimulation = {
    engine: { name: "cpu", detail: "none" },
    latest: () => undefined,
    state: () => sequence > 1 ? { kind: "moving" } : { kind: "settled", reason: "still" },
    stats: () => ({
      step: sequence,
      alpha: 1,
      meanMove: RADIUS,
      stepMs: 0,
      stepsPerSecond: 60,
      scrubbed: 0,
      bytesReadBack: 0,
      stepTimes: { counts: new Float64Array(STEP_BOUNDS_MS.length + 1), sumMs: 0 },
    }),
    pin() {},
    unpin() {},
    place() {},
    need() {},
    pause() {},
    resume() {},
    step() {},
    reset() {},
    edit: () => 0,
    params: createParams,
    setParams() {},
    setClusters() {},
    close: () => Promise.resolve(),
  };
  return { simulation, frame };
}
