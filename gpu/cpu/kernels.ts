/** The kernels of one world: assembled for its addresses and its shape, one instance per thread. */

import { defineKeys } from "./kernels/keys.ts";
import { defineMove } from "./kernels/move.ts";
import { defineRefitLeaves, defineRefitLevel } from "./kernels/refit.ts";
import { defineRepulse } from "./kernels/repulse.ts";
import { ModuleCode } from "./wasm/module.ts";
import { CHUNK_POINTS, CONTROL, SUBTREE_LEAVES, SUBTREE_LEVELS, type World } from "./world.ts";
import { BRANCHES } from "./tree.ts";

export interface Kernels {
  /** Curve keys of the nodes of one chunk. */
  writeKeys(chunk: number): void;
  /** Copies the points of one subtree into curve order and sums up its nodes. */
  refitSubtree(subtree: number): void;
  /** Sums up the nodes above the subtrees. */
  refitTop(): void;
  /** Moves the points of one chunk from the side that is read to the side that is written. */
  moveChunk(chunk: number): void;
}

export function assembleKernels(world: World): Uint8Array<ArrayBuffer> {
  const code = new ModuleCode();
  defineMove(code, world, defineRepulse(code, world));
  defineKeys(code, world);
  defineRefitLeaves(code, world);
  for (let level = 1; level < world.shape.levels.length; level++) defineRefitLevel(code, world, level);
  return code.encode(world.memory.buffer.byteLength / 65536);
}

/**
 * The kernels for the thread that has `world.scratch[thread]`.
 *
 * Cost: a few milliseconds to assemble 15 KB; identical modules share their machine code within the process.
 */
export function openKernels(world: World, thread: number): Kernels {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembleKernels(world)), {
    host: { memory: world.memory },
  });
  const exported = (name: string) => {
    const found = exports[name];
    if (typeof found !== "function") throw new TypeError(`Cannot find the kernel ${name}.`);
    return found;
  };
  const move = exported("move"), writeKeys = exported("writeKeys"), refitLeaves = exported("refitLeaves");
  const { nodeCount, control, shape: { levels } } = world, scratch = world.scratch[thread].byteOffset;
  const refitLevels = levels.map((_, level) => level === 0 ? refitLeaves : exported(`refitLevel${level}`));
  const positions = world.positions.map(({ byteOffset }) => byteOffset);
  const velocities = world.velocities.map(({ byteOffset }) => byteOffset);
  const endOf = (chunk: number) => Math.min(nodeCount, (chunk + 1) * CHUNK_POINTS);
  return {
    writeKeys: (chunk) => writeKeys(chunk * CHUNK_POINTS, endOf(chunk), positions[control[CONTROL.parity]]),
    refitSubtree(subtree) {
      let nodes = SUBTREE_LEAVES;
      for (let level = 0; level <= SUBTREE_LEVELS && level < levels.length; level++, nodes /= BRANCHES) {
        const end = Math.min(levels[level].nodes, (subtree + 1) * nodes);
        refitLevels[level](subtree * nodes, end, positions[control[CONTROL.parity]]);
      }
    },
    refitTop() {
      for (let level = SUBTREE_LEVELS + 1; level < levels.length; level++) refitLevels[level](0, levels[level].nodes);
    },
    moveChunk(chunk) {
      const from = control[CONTROL.parity], to = 1 - from;
      move(chunk, endOf(chunk), scratch, positions[from], velocities[from], positions[to], velocities[to]);
    },
  };
}
