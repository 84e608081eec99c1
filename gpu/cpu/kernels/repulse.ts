/** Repulsion on eight neighbouring points at a time: they share one walk through the tree. */

import { BLOCK, BLOCK_BYTES, BRANCHES, LEAF, LEAF_POINTS } from "../tree.ts";
import type { Body, FunctionCode, Local, ModuleCode } from "../wasm/module.ts";
import {
  add,
  and,
  constant,
  div,
  lane,
  lanesAtLeast,
  less,
  load,
  loadSplat,
  mul,
  narrow,
  shiftLeft,
  shiftRight,
  signBits,
  splat,
  store,
  sub,
  type Value,
  without,
} from "../wasm/values.ts";
import { NUMBER, SCRATCH, type World } from "../world.ts";

type Vector = Value<"v128">;

/**
 * `repulse(leaf, scratch)` writes the repulsion on every point of a leaf into the thread's scratch.
 *
 * Law: a group far enough from the leaf (both extents together below θ of the distance) acts as one charge, by its force
 * at the leaf's centre and the force's gradient there; nearer leaves act point by point.
 * Cost: some hundred tree nodes, four at a time, and some dozen pairs of leaves, four pairs of points at a time.
 * Oracle: `exactRepulsion`.
 */
export function defineRepulse(code: ModuleCode, world: World): FunctionCode {
  return code.define("repulse", ["i32", "i32"], (body, leaf, scratch) => {
    const node = body.let(add(shiftLeft(shiftRight(leaf, 2), 7), shiftLeft(and(leaf, BRANCHES - 1), 2)));
    const at = (column: number) => body.let(loadSplat(node, world.blocks.byteOffset + column));
    const centre = [at(BLOCK.x), at(BLOCK.y), at(BLOCK.z)];
    const queue: Queue = {
      head: body.let(add(scratch, SCRATCH.queue)),
      tail: body.let(add(scratch, SCRATCH.queue + 4)),
    };
    const field = walk(body, world, { centre, extent: at(BLOCK.extent), queue });
    const own = body.let(add(shiftLeft(leaf, 7), world.points.byteOffset));
    const forces = addPairs(body, own, queue);
    const strength = body.let(splat(numberOf(world, NUMBER.repulsion)));
    for (const half of [0, 1] as const) {
      const factor = body.let(mul(load("v128", own, LEAF.charge + 16 * half), strength));
      const offsets = [LEAF.x, LEAF.y, LEAF.z].map((column, d) =>
        body.let(sub(load("v128", own, column + 16 * half), centre[d]))
      );
      [SCRATCH.x, SCRATCH.y, SCRATCH.z].forEach((column, d) => {
        const far = field.gradient[d].map((slope, e) => mul(splat(slope), offsets[e]));
        const force = add(forces[half][d], splat(field.force[d]), ...far);
        body.do(store(scratch, column + 16 * half, mul(force, factor)));
      });
    }
  });
}

/** One of `World.numbers`. */
export const numberOf = ({ numbers }: World, slot: number): Value<"f32"> =>
  narrow(load("f64", 0, numbers.byteOffset + 8 * slot));

/** Addresses of what is yet to be looked into, in scratch: block after block, at last leaf after leaf. */
interface Queue {
  readonly head: Local<"i32">;
  readonly tail: Local<"i32">;
}

interface Walk {
  readonly centre: readonly Vector[];
  readonly extent: Vector;
  readonly queue: Queue;
}

/** Force on a unit charge in the centre, and its derivatives: symmetric, row by row. */
interface Field {
  readonly force: readonly Local<"f32">[];
  readonly gradient: readonly (readonly Local<"f32">[])[];
}

/** Level after level, so that what is left in the queue are the near leaves. */
function walk(body: Body, world: World, { centre, extent, queue: { head, tail } }: Walk): Field {
  const { levels } = world.shape, top = levels[levels.length - 1];
  const thetaSquared = body.let(splat(numberOf(world, NUMBER.thetaSquared)));
  const zero = () => body.let(constant("v128", 0));
  const force = [zero(), zero(), zero()], squares = [zero(), zero(), zero()], mixed = [zero(), zero(), zero()];
  const level = body.let(constant("i32", levels.length)), end = body.let(constant("i32", 0));
  body.do(store(head, 0, constant("i32", world.blocks.byteOffset + BLOCK_BYTES * top.firstBlock)));
  body.repeat(() => {
    body.set(end, tail);
    body.repeat(() => {
      const block = body.let(load("i32", head, 0));
      const [x, y, z] = [BLOCK.x, BLOCK.y, BLOCK.z].map((column, d) =>
        body.let(sub(centre[d], load("v128", block, column)))
      );
      const square = body.let(add(mul(x, x), mul(y, y), mul(z, z)));
      const extents = body.let(add(extent, load("v128", block, BLOCK.extent)));
      const near = body.let(lanesAtLeast(mul(extents, extents), mul(square, thetaSquared)));
      const inverse = body.let(div(constant("v128", 1), add(square, 1)));
      const charge = without(load("v128", block, BLOCK.charge), near);
      const w = body.let(mul(charge, mul(inverse, inverse)));
      const slope = body.let(mul(mul(w, inverse), -4));
      const [sx, sy, sz] = [x, y, z].map((d) => body.let(mul(slope, d)));
      [x, y, z].forEach((d, axis) => body.set(force[axis], add(force[axis], mul(d, w))));
      [mul(sx, x), mul(sy, y), mul(sz, z)].forEach((term, axis) =>
        body.set(squares[axis], add(squares[axis], w, term))
      );
      [mul(sy, z), mul(sz, x), mul(sx, y)].forEach((term, axis) => body.set(mixed[axis], add(mixed[axis], term)));
      appendChildren(body, block, { near, tail });
      body.set(head, add(head, 4));
      return less(head, end);
    });
    body.set(level, sub(level, 1));
    return level;
  });
  const [fx, fy, fz, xx, yy, zz, yz, xz, xy] = [...force, ...squares, ...mixed].map((sums) => body.let(total(sums)));
  return { force: [fx, fy, fz], gradient: [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]] };
}

const total = (sums: Vector): Value<"f32"> => add(add(lane(sums, 0), lane(sums, 1)), add(lane(sums, 2), lane(sums, 3)));

interface Children {
  /** Which of the four nodes are to be looked into. */
  readonly near: Vector;
  readonly tail: Local<"i32">;
}

/** Writes every child's address and keeps those that are near: a branch for each would be guessed wrong half the time. */
function appendChildren(body: Body, block: Local<"i32">, { near, tail }: Children): void {
  const bits = body.let(signBits(near)), children = body.let(load("i32", block, BLOCK.children));
  for (let side = 0; side < BRANCHES; side++) {
    body.do(store(tail, 0, add(children, BLOCK_BYTES * side)));
    const bit = and(bits, 1 << side);
    body.set(tail, add(tail, side < 2 ? shiftLeft(bit, 2 - side) : shiftRight(bit, side - 2)));
  }
}

/** Adds up the forces of all points of the near leaves on the eight of a leaf: x y z of its first half, then of its second. */
function addPairs(body: Body, own: Local<"i32">, { head, tail }: Queue): readonly (readonly Local<"v128">[])[] {
  const halves = [0, 1].map((half) => ({
    places: [LEAF.x, LEAF.y, LEAF.z].map((column) => body.let(load("v128", own, column + 16 * half))),
    forces: [0, 0, 0].map((none) => body.let(constant("v128", none))),
  }));
  body.repeat(() => {
    const leaf = body.let(load("i32", head, 0));
    for (let point = 0; point < LEAF_POINTS; point++) {
      const source = [LEAF.x, LEAF.y, LEAF.z].map((column) => body.let(loadSplat(leaf, column + 4 * point)));
      const charge = body.let(loadSplat(leaf, LEAF.charge + 4 * point));
      for (const { places, forces } of halves) {
        const [x, y, z] = places.map((place, d) => body.let(sub(place, source[d])));
        const softened = body.let(add(mul(x, x), mul(y, y), mul(z, z), 1));
        const w = body.let(div(charge, mul(softened, softened)));
        [x, y, z].forEach((d, axis) => body.set(forces[axis], add(forces[axis], mul(d, w))));
      }
    }
    body.set(head, add(head, 4));
    return less(head, tail);
  });
  return halves.map(({ forces }) => forces);
}
