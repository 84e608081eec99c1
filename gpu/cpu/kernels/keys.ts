/** Keys along the Hilbert curve, four nodes at a time. */

import { CELLS } from "../hilbert.ts";
import type { Body, Local, ModuleCode } from "../wasm/module.ts";
import {
  add,
  and,
  choose,
  constant,
  integers,
  integersDiffer,
  less,
  load,
  maxIntegers,
  minIntegers,
  mul,
  or,
  shiftLeft,
  shuffle,
  splat,
  store,
  sub,
  toIntegers,
  type Value,
  without,
  xor,
} from "../wasm/values.ts";
import { NUMBER, type World } from "../world.ts";
import { numberOf } from "./repulse.ts";

type Vector = Value<"v128">;

/** `writeKeys(begin, end, positions)` writes the keys of the nodes from `begin`, a multiple of 4. Oracle: `hilbertKey`. */
export function defineKeys(code: ModuleCode, world: World): void {
  code.define("writeKeys", ["i32", "i32", "i32"], (body, begin, end, positions) => {
    const scale = body.let(splat(numberOf(world, NUMBER.cellsPerLength)));
    const lows = [NUMBER.lowX, NUMBER.lowY, NUMBER.lowZ].map((slot) => body.let(splat(numberOf(world, slot))));
    const node = body.let(begin);
    body.while(less(node, end), () => {
      const at = body.let(add(positions, mul(node, 12)));
      const [a, b, c] = [0, 16, 32].map((offset) => body.let(load("v128", at, offset)));
      const columns = [
        shuffle(shuffle(a, b, [0, 3, 6, 6]), c, [0, 1, 2, 5]),
        shuffle(shuffle(a, b, [1, 4, 7, 7]), c, [0, 1, 2, 6]),
        shuffle(shuffle(a, b, [2, 5, 5, 5]), c, [0, 1, 4, 7]),
      ];
      const cells = columns.map((column, d) => {
        const cell = toIntegers(mul(sub(column, lows[d]), scale));
        return body.let(maxIntegers(minIntegers(cell, integers(CELLS - 1)), integers(0)));
      });
      body.do(store(shiftLeft(node, 2), world.keys.byteOffset, curvePosition(body, cells)));
      body.set(node, add(node, 4));
    });
  });
}

/** Follows `hilbertKey` line by line. */
function curvePosition(body: Body, [x, y, z]: readonly Local<"v128">[]): Vector {
  const isSet = (value: Vector, bit: number) => integersDiffer(and(value, integers(bit)), integers(0));
  for (let bit = CELLS >> 1; bit > 1; bit >>= 1) {
    const below = integers(bit - 1);
    body.set(x, xor(x, and(isSet(x, bit), below)));
    for (const axis of [y, z]) {
      const flips = body.let(isSet(axis, bit)), swapped = body.let(and(xor(x, axis), below));
      body.set(x, xor(x, choose(below, swapped, flips)));
      body.set(axis, xor(axis, without(swapped, flips)));
    }
  }
  body.set(y, xor(y, x));
  body.set(z, xor(z, y));
  const flip = body.let(constant("v128", 0));
  for (let bit = CELLS >> 1; bit > 1; bit >>= 1) body.set(flip, xor(flip, and(isSet(z, bit), integers(bit - 1))));
  const [sx, sy, sz] = [x, y, z].map((axis) => spread(body, xor(axis, flip)));
  return or(or(shiftLeft(sx, 2), shiftLeft(sy, 1)), sz);
}

/** Puts two zero bits between the low ten bits. */
function spread(body: Body, value: Vector): Local<"v128"> {
  const v = body.let(value);
  for (const [bits, mask] of [[16, 0x030000ff], [8, 0x0300f00f], [4, 0x030c30c3], [2, 0x09249249]]) {
    body.set(v, and(or(v, shiftLeft(v, bits)), integers(mask)));
  }
  return v;
}
