/** Forces on every node and the move that follows from them: the second half of a step. */

import { STIFF_LIMIT } from "../../laws.ts";
import { LEAF_POINTS } from "../tree.ts";
import type { Body, FunctionCode, Local, ModuleCode } from "../wasm/module.ts";
import {
  add,
  and,
  constant,
  div,
  equal,
  greater,
  integerLanes,
  integers,
  lane,
  lanesEqual,
  less,
  load,
  loadByte,
  max,
  min,
  mul,
  narrow,
  select,
  shiftLeft,
  shiftRight,
  splat,
  splatInteger,
  sqrt,
  type Statement,
  store,
  storeLane,
  sub,
  toFloats,
  truncate,
  type Value,
  widen,
  withInteger,
  withLane,
  xor,
} from "../wasm/values.ts";
import { CHUNK_POINTS, NUMBER, PARTIAL, SCRATCH, SPRING, type World } from "../world.ts";
import { numberOf } from "./repulse.ts";

type Vector = Value<"v128">;

/** Which side of positions and velocities is read and which is written, as addresses. */
interface Sides {
  readonly positions: Local<"i32">;
  readonly velocities: Local<"i32">;
  readonly nextPositions: Local<"i32">;
  readonly nextVelocities: Local<"i32">;
}

/**
 * `move(chunk, end, scratch, positions, velocities, nextPositions, nextVelocities)` moves the points of a chunk, up to
 * point `end`, and writes how far and how many were scrubbed into the chunk's partials.
 */
export function defineMove(code: ModuleCode, world: World, repulse: FunctionCode): void {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  code.define("move", parameters, (body, chunk, end, scratch, positions, velocities, nextPositions, nextVelocities) => {
    const sides = { positions, velocities, nextPositions, nextVelocities };
    const laws = readLaws(body, world);
    const move = body.let(constant("f64", 0)), scrubbed = body.let(constant("f64", 0));
    const point = body.let(mul(chunk, CHUNK_POINTS));
    body.while(less(point, end), () => {
      const slot = body.let(and(point, LEAF_POINTS - 1));
      body.if(equal(slot, 0), () => body.call(repulse, shiftRight(point, 3), scratch));
      const node = body.let(load("i32", shiftLeft(point, 2), world.order.byteOffset));
      body.if(equal(loadByte(node, world.held.byteOffset), 1), () => rest(body, node, sides), () => {
        const pull = addPulls(body, world, { node, at: add(scratch, shiftLeft(slot, 2)), sides, laws });
        const length = integrate(body, world, { node, sides, laws, ...pull });
        body.if(
          less(length, Infinity),
          () => body.set(move, add(move, length)),
          () => body.set(scrubbed, add(scrubbed, 1)),
        );
      });
      body.set(point, add(point, 1));
    });
    const partial = body.let(mul(chunk, 8 * PARTIAL.stride));
    body.do(
      store(partial, world.partials.byteOffset + 8 * PARTIAL.move, move),
      store(partial, world.partials.byteOffset + 8 * PARTIAL.scrubbed, scrubbed),
    );
  });
}

function readLaws(body: Body, world: World) {
  const number = (slot: number) => body.let(numberOf(world, slot));
  return {
    rate: number(NUMBER.rate),
    noise: number(NUMBER.noise),
    noiseSeed: body.let(truncate(load("f64", 0, world.numbers.byteOffset + 8 * NUMBER.noiseSeed))),
    near: number(NUMBER.nearAttraction),
    far: number(NUMBER.attraction),
    damping: number(NUMBER.damping),
    maxStep: number(NUMBER.maxStep),
  };
}
type Laws = ReturnType<typeof readLaws>;

/** x y z of a node; the last lane holds what lies behind them. */
const triple = (base: Value<"i32"> | number, node: Value<"i32">): Vector =>
  typeof base === "number" ? load("v128", mul(node, 12), base) : load("v128", add(base, mul(node, 12)), 0);

function storeTriple(address: Local<"i32">, vector: Value<"v128">): Statement {
  return ([0, 1, 2] as const).flatMap((axis) => storeLane(address, 4 * axis, vector, axis));
}

function rest(body: Body, node: Local<"i32">, sides: Sides): void {
  const at = body.let(mul(node, 12));
  const position = body.let(add(sides.nextPositions, at)), velocity = body.let(add(sides.nextVelocities, at));
  body.do(
    storeTriple(position, body.let(triple(sides.positions, node))),
    storeTriple(velocity, constant("v128", 0)),
  );
}

interface Pulled {
  readonly node: Local<"i32">;
  /** Address of the repulsion on it. */
  readonly at: Value<"i32">;
  readonly sides: Sides;
  readonly laws: Laws;
}

interface Pull {
  readonly force: Local<"v128">;
  /** Of springs and constraints together. */
  readonly stiffness: Local<"f32">;
}

/** All forces on a node: repulsion, springs, the anchor of its component and the constraints. */
function addPulls(body: Body, world: World, { node, at, sides, laws }: Pulled): Pull {
  const from = body.let(at), position = body.let(triple(sides.positions, node));
  const component = body.let(load("i32", shiftLeft(node, 2), world.componentOf.byteOffset));
  const repulsion = [SCRATCH.x, SCRATCH.y, SCRATCH.z].map((column) => load("f32", from, column));
  const constraint = body.let(load("v128", shiftLeft(node, 4), world.constraintForces.byteOffset));
  const force = body.let(add(
    withLane(withLane(splat(repulsion[0]), 1, repulsion[1]), 2, repulsion[2]),
    triple(world.anchorForces.byteOffset, component),
    constraint,
  ));
  const stiffness = body.let(lane(constraint, 3));
  const row = body.let(shiftLeft(node, 2));
  const spring = body.let(load("i32", row, world.springOffsets.byteOffset));
  const end = body.let(load("i32", row, world.springOffsets.byteOffset + 4));
  body.while(less(spring, end), () => {
    const of = (slot: number) => world.springs.byteOffset + slot;
    const other = load("i32", spring, of(SPRING.other));
    const d = body.let(sub(load("v128", add(sides.positions, other), 0), position));
    const squares = body.let(mul(d, d));
    const softened = add(lane(squares, 0), lane(squares, 1), lane(squares, 2), 1);
    const w = body.let(add(
      div(mul(laws.near, load("f32", spring, of(SPRING.weight))), softened),
      mul(laws.far, load("f32", spring, of(SPRING.pull))),
    ));
    body.set(force, add(force, mul(d, splat(w))));
    body.set(stiffness, add(stiffness, w));
    body.set(spring, add(spring, SPRING.bytes));
  });
  return { force, stiffness };
}

interface Pushed extends Pull {
  readonly node: Local<"i32">;
  readonly sides: Sides;
  readonly laws: Laws;
}

/** Moves a node; how far, or infinite or not a number where the node stayed or went to 0 instead. */
function integrate(body: Body, world: World, { node, force, stiffness, sides, laws }: Pushed): Local<"f64"> {
  const axes = world.dims === 2 ? integerLanes(-1, -1, 0, 0) : integerLanes(-1, -1, -1, 0);
  const rate = body.let(rateOf(body, world, { node, stiffness, laws }));
  const velocity = body.let(and(
    add(
      mul(triple(sides.velocities, node), splat(laws.damping)),
      mul(force, splat(rate)),
      mul(noiseLevels(body, xor(node, laws.noiseSeed)), splat(laws.noise)),
    ),
    axes,
  ));
  const squares = ([0, 1, 2] as const).map((axis) => {
    const side = body.let(widen(lane(velocity, axis)));
    return mul(side, side);
  });
  const length = body.let(sqrt(add(squares[0], squares[1], squares[2])));
  const moved = body.let(length), longest = body.let(widen(laws.maxStep));
  body.if(greater(length, longest), () => {
    body.set(velocity, mul(velocity, splat(narrow(div(longest, length)))));
    body.set(moved, longest);
  });
  body.if(equal(less(length, Infinity), 0), () => {
    body.set(velocity, 0);
    body.set(moved, Infinity);
  });
  const at = body.let(mul(node, 12)), position = body.let(triple(sides.positions, node));
  const finite = lanesEqual(sub(position, position), 0);
  const next = body.let(add(and(position, finite), velocity));
  const nextPosition = body.let(add(sides.nextPositions, at)), nextVelocity = body.let(add(sides.nextVelocities, at));
  body.do(storeTriple(nextPosition, next), storeTriple(nextVelocity, velocity));
  return moved;
}

type Pace = Pick<Pushed, "node" | "stiffness" | "laws">;

/**
 * How far a force moves a node: less the heavier it is, and never so far that springs overshoot. A light node follows its
 * springs at half that limit or as if its mass were 1: two light ends of a spring, each at the limit, would overshoot.
 */
function rateOf(body: Body, world: World, { node, stiffness, laws }: Pace): Value<"f32"> {
  const stable = body.let(div(constant("f32", STIFF_LIMIT), stiffness)), ordinary = body.let(min(stable, laws.rate));
  const mass = body.let(load("f32", shiftLeft(node, 2), world.masses.byteOffset));
  const heavy = body.let(div(ordinary, mass));
  return select(max(ordinary, min(heavy, mul(stable, 0.5))), heavy, less(mass, 1));
}

/** −511.5 … 511.5 along each axis, by chance. */
function noiseLevels(body: Body, seed: Value<"i32">): Vector {
  const chance = body.let(hash(body, seed));
  const levels = withInteger(withInteger(splatInteger(chance), 1, shiftRight(chance, 10)), 2, shiftRight(chance, 20));
  return add(toFloats(and(levels, integers(0x3ff))), -511.5);
}

/** The same numbers as `hash32`. */
function hash(body: Body, value: Value<"i32">): Value<"i32"> {
  const a = body.let(value);
  const b = body.let(mul(xor(a, shiftRight(a, 16)), 0x7feb352d));
  const c = body.let(mul(xor(b, shiftRight(b, 15)), 0x846ca68b));
  return xor(c, shiftRight(c, 16));
}
