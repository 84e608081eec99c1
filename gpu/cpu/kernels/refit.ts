/** Brings points and tree up to date with the positions. */

import { BLOCK, BLOCK_BYTES, BOX_BYTES, BRANCHES, LEAF, LEAF_POINTS } from "../tree.ts";
import type { Body, Local, ModuleCode } from "../wasm/module.ts";
import {
  add,
  and,
  constant,
  div,
  greater,
  lane,
  less,
  load,
  max,
  min,
  mul,
  select,
  shiftLeft,
  shiftRight,
  splat,
  store,
  storeLane,
  sub,
  type Value,
} from "../wasm/values.ts";
import type { World } from "../world.ts";

const AXES = [0, 1, 2] as const;

/** `refitLeaves(begin, end, positions)` copies the points of some leaves into curve order and sums them up. */
export function defineRefitLeaves(code: ModuleCode, world: World): void {
  code.define("refitLeaves", ["i32", "i32", "i32"], (body, begin, end, positions) => {
    const leaf = body.let(begin);
    body.while(less(leaf, end), () => {
      const points = body.let(shiftLeft(leaf, 7)), first = body.let(shiftLeft(leaf, 3));
      const low = body.let(constant("v128", Infinity)), high = body.let(constant("v128", -Infinity));
      const sums = body.let(constant("v128", 0)), charge = body.let(constant("f32", 0));
      for (let k = 0; k < LEAF_POINTS; k++) {
        const rank = body.let(add(first, k)), last = world.nodeCount - 1;
        const exists = less(rank, world.nodeCount);
        const node = body.let(
          load("i32", shiftLeft(select(rank, last, exists), 2), world.order.byteOffset),
        );
        const place = body.let(load("v128", add(positions, mul(node, 12)), 0));
        const own = body.let(select(load("f32", shiftLeft(node, 2), world.charges.byteOffset), 0, exists));
        const address = world.points.byteOffset + 4 * k;
        body.do(
          storeLane(points, address + LEAF.x, place, 0),
          storeLane(points, address + LEAF.y, place, 1),
          storeLane(points, address + LEAF.z, place, 2),
          store(points, address + LEAF.charge, own),
        );
        body.set(low, min(low, place));
        body.set(high, max(high, place));
        body.set(sums, add(sums, mul(place, splat(own))));
        body.set(charge, add(charge, own));
      }
      finishNode(body, world, { node: leaf, level: 0, low, high, sums: AXES.map((axis) => lane(sums, axis)), charge });
      body.set(leaf, add(leaf, 1));
    });
  });
}

/** `refitLevelL(begin, end)` sums up some nodes of level L ≥ 1 from their children. */
export function defineRefitLevel(code: ModuleCode, world: World, level: number): void {
  const { firstBlock } = world.shape.levels[level - 1];
  code.define(`refitLevel${level}`, ["i32", "i32"], (body, begin, end) => {
    const node = body.let(begin);
    body.while(less(node, end), () => {
      const block = body.let(shiftLeft(node, 7)), box = body.let(mul(node, BRANCHES * BOX_BYTES));
      const column = (at: number) => load("v128", block, world.blocks.byteOffset + BLOCK_BYTES * firstBlock + at);
      const side = (k: number, at: number) =>
        load("v128", box, world.boxes.byteOffset + BOX_BYTES * (BRANCHES * firstBlock + k) + at);
      const charges = body.let(column(BLOCK.charge));
      const low = body.let(min(min(side(0, 0), side(1, 0)), min(side(2, 0), side(3, 0))));
      const high = body.let(max(max(side(0, 16), side(1, 16)), max(side(2, 16), side(3, 16))));
      const moments = [BLOCK.x, BLOCK.y, BLOCK.z].map((at) => body.let(mul(column(at), charges)));
      const charge = body.let(total(charges));
      finishNode(body, world, { node, level, low, high, sums: moments.map(total), charge });
      body.set(node, add(node, 1));
    });
  });
}

const total = (sums: Value<"v128">): Value<"f32"> =>
  add(add(lane(sums, 0), lane(sums, 1)), add(lane(sums, 2), lane(sums, 3)));

interface Sums {
  readonly node: Local<"i32">;
  readonly level: number;
  readonly low: Local<"v128">;
  readonly high: Local<"v128">;
  /** Σ charge · x, y, z. */
  readonly sums: readonly Value<"f32">[];
  readonly charge: Local<"f32">;
}

/** Centre of charge, extent and box; a node without charge sits in the middle of its box. */
function finishNode(body: Body, world: World, { node, level, low, high, sums, charge }: Sums): void {
  const { firstBlock } = world.shape.levels[level];
  const inBlock = body.let(add(shiftLeft(shiftRight(node, 2), 7), shiftLeft(and(node, BRANCHES - 1), 2)));
  const address = world.blocks.byteOffset + BLOCK_BYTES * firstBlock;
  const middle = body.let(mul(add(low, high), 0.5)), widths = body.let(sub(high, low));
  const charged = greater(charge, 0);
  [BLOCK.x, BLOCK.y, BLOCK.z].forEach((column, d) => {
    const centre = select(div(sums[d], charge), lane(middle, AXES[d]), charged);
    body.do(store(inBlock, address + column, centre));
  });
  const box = body.let(mul(node, BOX_BYTES)), boxes = world.boxes.byteOffset + BOX_BYTES * BRANCHES * firstBlock;
  body.do(
    store(inBlock, address + BLOCK.charge, charge),
    store(inBlock, address + BLOCK.extent, max(max(lane(widths, 0), lane(widths, 1)), lane(widths, 2))),
    store(box, boxes, low),
    store(box, boxes + 16, high),
  );
}
