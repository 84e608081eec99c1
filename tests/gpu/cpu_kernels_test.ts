import assert from "node:assert/strict";
import { cellOf, hilbertKey } from "../../gpu/cpu/hilbert.ts";
import { type Kernels, openKernels } from "../../gpu/cpu/kernels.ts";
import { CHUNK_POINTS, createWorld, NUMBER, type World } from "../../gpu/cpu/world.ts";
import { STIFF_LIMIT } from "../../gpu/laws.ts";
import { createRandom, hash32 } from "../../gpu/random.ts";
import { cloud, dust, layOut } from "./graphs.ts";

/** Nodes without edges and without repulsion, in the order of their indices. */
function openWorld(nodeCount: number, positions: Float32Array): { world: World; kernels: Kernels } {
  const world = createWorld({ ...layOut(dust(nodeCount)), positions }, { dims: 3, threads: 1 });
  world.order.forEach((_, point) => world.order[point] = point);
  world.numbers[NUMBER.maxStep] = 10;
  return { world, kernels: openKernels(world, 0) };
}

function moveAll({ nodeCount }: World, kernels: Kernels): void {
  kernels.refitSubtree(0);
  kernels.refitTop();
  for (let chunk = 0; chunk * CHUNK_POINTS < nodeCount; chunk++) kernels.moveChunk(chunk);
}

Deno.test("cpu kernels: curve keys are those of the plain function, also outside the box and for the last odd nodes", () => {
  const n = CHUNK_POINTS + 3, random = createRandom(5);
  const positions = Float32Array.from({ length: 3 * n }, () => Math.floor(1100 * random() - 40) + 0.5);
  const { world, kernels } = openWorld(n, positions);
  world.numbers[NUMBER.cellsPerLength] = 1;
  kernels.writeKeys(0);
  kernels.writeKeys(1);
  const cell = (at: number) => cellOf(positions[at], 0, 1);
  const expected = Uint32Array.from(world.keys, (_, k) => hilbertKey(cell(3 * k), cell(3 * k + 1), cell(3 * k + 2)));
  assert.deepEqual(new Uint32Array(world.keys), expected);
  assert.ok(new Set(expected).size > n / 2);
});

Deno.test("cpu kernels: a constraint pushes its node at the rate of the step, less where it is stiff, and half as far where it is heavy", () => {
  const { world, kernels } = openWorld(20, cloud(20, 1));
  world.numbers[NUMBER.rate] = 0.5;
  world.constraintForces.set([2, -4, 8, 0], 4 * 7);
  world.constraintForces.set([2, -4, 8, 2 * STIFF_LIMIT / 0.5], 4 * 8);
  world.constraintForces.set([2, -4, 8, 0], 4 * 9);
  world.masses[9] = 2;
  moveAll(world, kernels);
  assert.deepEqual([...world.velocities[1].slice(18, 24)], [0, 0, 0, 1, -2, 4]);
  assert.deepEqual([...world.velocities[1].slice(24, 30)], [0.5, -1, 2, 0.5, -1, 2]);
  assert.equal(world.positions[1][22], Math.fround(world.positions[0][22] - 2));
});

Deno.test("cpu kernels: the noise is that of the plain hash", () => {
  const { world, kernels } = openWorld(150, cloud(150, 1)), seed = 0xfedcba98;
  world.numbers[NUMBER.noise] = 1 / 1024;
  world.numbers[NUMBER.noiseSeed] = seed;
  moveAll(world, kernels);
  const expected = Float32Array.from({ length: 450 }, (_, k) => {
    return (((hash32(seed ^ Math.floor(k / 3)) >>> (10 * (k % 3))) & 0x3ff) - 511.5) / 1024;
  });
  assert.deepEqual(new Float32Array(world.velocities[1]), expected);
});
