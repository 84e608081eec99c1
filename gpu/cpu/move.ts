/** Forces on every node and the move that follows from them: the second half of a step. */

import { STIFF_LIMIT } from "../laws.ts";
import { hash32 } from "../random.ts";
import { LEAF_FORCES, repulseLeaf } from "./repulsion.ts";
import { LEAF_POINTS } from "./tree.ts";
import { CHUNK_POINTS, CONTROL, NUMBER, PARTIAL, type World } from "./world.ts";

/** The node in hand: one object per chunk, rewritten, so that a step allocates next to nothing. */
interface Body {
  node: number;
  /** Which of the leaf's forces is its own. */
  slot: number;
  /** Forces x y z on the points of the leaf. */
  readonly forces: Float64Array;
  stiffness: number;
}

/** Moves the points of one chunk from the side that is read to the side that is written. */
export function moveChunk(world: World, chunk: number): void {
  const { order, held, partials, nodeCount } = world;
  const body: Body = { node: 0, slot: 0, forces: new Float64Array(LEAF_FORCES), stiffness: 0 };
  let move = 0, scrubbed = 0;
  const end = Math.min(nodeCount, (chunk + 1) * CHUNK_POINTS);
  for (let point = chunk * CHUNK_POINTS; point < end; point++) {
    body.slot = point % LEAF_POINTS;
    body.node = order[point];
    if (body.slot === 0) repulseLeaf(world, point / LEAF_POINTS, body.forces);
    if (held[body.node] === 1) {
      rest(world, body.node);
      continue;
    }
    pull(world, body);
    const length = integrate(world, body);
    if (length < 0) scrubbed++;
    else move += length;
  }
  partials[PARTIAL.stride * chunk + PARTIAL.move] = move;
  partials[PARTIAL.stride * chunk + PARTIAL.scrubbed] = scrubbed;
}

function rest({ positions, velocities, control }: World, node: number): void {
  const from = control[CONTROL.parity], to = 1 - from;
  for (let at = 3 * node; at < 3 * node + 3; at++) {
    positions[to][at] = positions[from][at];
    velocities[to][at] = 0;
  }
}

/** Adds the springs, the anchor and the constraints of a node to its force, and measures their stiffness. */
function pull(world: World, body: Body): void {
  const { adjacency: { offsets, neighbours, weights, pulls }, numbers, anchorForces } = world;
  const positions = world.positions[world.control[CONTROL.parity]];
  const near = numbers[NUMBER.nearAttraction], far = numbers[NUMBER.attraction];
  const node = body.node, anchor = 3 * world.componentOf[node];
  const x = positions[3 * node], y = positions[3 * node + 1], z = positions[3 * node + 2];
  let fx = anchorForces[anchor], fy = anchorForces[anchor + 1], fz = anchorForces[anchor + 2], stiffness = 0;
  for (let k = offsets[node]; k < offsets[node + 1]; k++) {
    const other = 3 * neighbours[k];
    const dx = positions[other] - x, dy = positions[other + 1] - y, dz = positions[other + 2] - z;
    const w = near * weights[k] / (1 + dx * dx + dy * dy + dz * dz) + far * pulls[k];
    fx += dx * w;
    fy += dy * w;
    fz += dz * w;
    stiffness += w;
  }
  if (numbers[NUMBER.constrained] === 1) {
    const { constraintForces } = world;
    fx += constraintForces[4 * node];
    fy += constraintForces[4 * node + 1];
    fz += constraintForces[4 * node + 2];
    stiffness += constraintForces[4 * node + 3];
  }
  const at = 3 * body.slot;
  body.forces[at] += fx;
  body.forces[at + 1] += fy;
  body.forces[at + 2] += fz;
  body.stiffness = stiffness;
}

/** Moves a node; returns how far, or −1 where the result was not finite and the node stayed or went to 0. */
function integrate(world: World, { node, slot, forces, stiffness }: Body): number {
  const { numbers } = world, from = world.control[CONTROL.parity];
  const positions = world.positions[from], velocities = world.velocities[from];
  const nextPositions = world.positions[1 - from], nextVelocities = world.velocities[1 - from];
  const stable = STIFF_LIMIT / stiffness, ordinary = Math.min(stable, numbers[NUMBER.rate]), mass = world.masses[node];
  const rate = mass >= 1 ? ordinary / mass : Math.max(ordinary, Math.min(ordinary / mass, stable / 2));
  const damping = numbers[NUMBER.damping], noise = numbers[NUMBER.noise], maxStep = numbers[NUMBER.maxStep];
  const at = 3 * node, chance = hash32(numbers[NUMBER.noiseSeed] ^ node);
  let vx = damping * velocities[at] + rate * forces[3 * slot] + noise * ((chance & 0x3ff) - 511.5);
  let vy = damping * velocities[at + 1] + rate * forces[3 * slot + 1] + noise * ((chance >>> 10 & 0x3ff) - 511.5);
  let vz = damping * velocities[at + 2] + rate * forces[3 * slot + 2] + noise * ((chance >>> 20 & 0x3ff) - 511.5);
  if (world.dims === 2) vz = 0;
  let length = Math.sqrt(vx * vx + vy * vy + vz * vz);
  const scrub = !(length < Infinity);
  if (scrub) {
    vx =
      vy =
      vz =
      length =
        0;
  } else if (length > maxStep) {
    vx *= maxStep / length;
    vy *= maxStep / length;
    vz *= maxStep / length;
    length = maxStep;
  }
  nextPositions[at] = finiteOr0(positions[at]) + vx;
  nextPositions[at + 1] = finiteOr0(positions[at + 1]) + vy;
  nextPositions[at + 2] = finiteOr0(positions[at + 2]) + vz;
  nextVelocities[at] = vx;
  nextVelocities[at + 1] = vy;
  nextVelocities[at + 2] = vz;
  return scrub ? -1 : length;
}

const finiteOr0 = (value: number): number => value - value === 0 ? value : 0;
