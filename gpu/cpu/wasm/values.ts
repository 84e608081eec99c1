/**
 * Typed expressions of WebAssembly: each is the code that leaves one value on the stack, so nesting calls is nesting code.
 * Source: WebAssembly Core Specification 3.0, "Binary Format", instructions.
 */

export type ValueType = "i32" | "f32" | "f64" | "v128";

export interface Value<T extends ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

/** A value, or a number that becomes a constant of the type that is needed; all four lanes of a vector. */
export type Operand<T extends ValueType> = Value<T> | number;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes = [];
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  return [...bytes, rest];
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): number[] {
  const bytes = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push(rest & 0x7f | 0x80);
  return [...bytes, rest & 0x7f];
}

const littleEndian = (values: Float32Array | Float64Array | Int32Array) => [...new Uint8Array(values.buffer)];
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];

/** A constant; of a vector, the same float in all lanes. */
export function constant<T extends ValueType>(type: T, value: number): Value<T> {
  const float = littleEndian(Float32Array.of(value));
  const code = {
    i32: () => [0x41, ...signed(value)],
    f32: () => [0x43, ...float],
    f64: () => [0x44, ...littleEndian(Float64Array.of(value))],
    v128: () => [...simd(0x0c), ...float, ...float, ...float, ...float],
  }[type]();
  return { type, code };
}

/** The same integer in all lanes. */
export const integers = (value: number): Value<"v128"> => integerLanes(value, value, value, value);

export function integerLanes(a: number, b: number, c: number, d: number): Value<"v128"> {
  return { type: "v128", code: [...simd(0x0c), ...littleEndian(Int32Array.of(a, b, c, d))] };
}

const valueOf = <T extends ValueType>(type: T, operand: Operand<T>) =>
  typeof operand === "number" ? constant(type, operand) : operand;

type Binary = <T extends ValueType>(a: Value<T>, b: Operand<T>) => Value<T>;

/** Vectors are four floats. */
function arithmetic(opcodes: Partial<Readonly<Record<ValueType, number>>>): Binary {
  return (a, b) => {
    const opcode = opcodes[a.type];
    if (opcode === undefined) throw new TypeError(`Cannot assemble: no such operation on ${a.type}.`);
    const code = a.type === "v128" ? simd(opcode) : [opcode];
    return { type: a.type, code: [...a.code, ...valueOf(a.type, b).code, ...code] };
  };
}

const addTwo = arithmetic({ i32: 0x6a, f32: 0x92, f64: 0xa0, v128: 0xe4 });
export function add<T extends ValueType>(first: Value<T>, ...others: Operand<T>[]): Value<T> {
  return others.reduce<Value<T>>((sum, other) => addTwo(sum, other), first);
}
export const sub = arithmetic({ i32: 0x6b, f32: 0x93, f64: 0xa1, v128: 0xe5 });
export const mul = arithmetic({ i32: 0x6c, f32: 0x94, f64: 0xa2, v128: 0xe6 });
export const div = arithmetic({ f32: 0x95, f64: 0xa3, v128: 0xe7 });
export const min = arithmetic({ f32: 0x96, f64: 0xa4, v128: 0xe8 });
export const max = arithmetic({ f32: 0x97, f64: 0xa5, v128: 0xe9 });
/** Bit by bit. */
export const and = arithmetic({ i32: 0x71, v128: 0x4e });
export const xor = arithmetic({ i32: 0x73, v128: 0x51 });
export const or = arithmetic({ i32: 0x72, v128: 0x50 });

const comparison = (opcodes: Partial<Readonly<Record<ValueType, number>>>) => {
  const compare = arithmetic(opcodes);
  return <T extends "i32" | "f32" | "f64">(a: Value<T>, b: Operand<T>): Value<"i32"> => ({
    type: "i32",
    code: compare<T>(a, b).code,
  });
};
export const equal = comparison({ i32: 0x46, f32: 0x5b, f64: 0x61 });
/** Of integers: unsigned. */
export const less = comparison({ i32: 0x49, f32: 0x5d, f64: 0x63 });
export const greater = comparison({ i32: 0x4b, f32: 0x5e, f64: 0x64 });

function unary<A extends ValueType, R extends ValueType>(type: R, opcode: readonly number[]) {
  return (a: Value<A>): Value<R> => ({ type, code: [...a.code, ...opcode] });
}
export const sqrt = unary<"f64", "f64">("f64", [0x9f]);
export const widen = unary<"f32", "f64">("f64", [0xbb]);
export const narrow = unary<"f64", "f32">("f32", [0xb6]);
/** The low 32 bits' worth of a not negative number. */
export const truncate = unary<"f64", "i32">("i32", [0xfc, 0x03]);
export const splat = unary<"f32", "v128">("v128", simd(0x13));
export const splatInteger = unary<"i32", "v128">("v128", simd(0x11));
/** Signed integers to floats, lane by lane. */
export const toFloats = unary<"v128", "v128">("v128", simd(0xfa));
/** Towards 0, saturating, NaN to 0. */
export const toIntegers = unary<"v128", "v128">("v128", simd(0xf8));
/** The sign bits of the four lanes. */
export const signBits = unary<"v128", "i32">("i32", simd(0xa4));

type Lane = 0 | 1 | 2 | 3;
export const lane = (vector: Value<"v128">, index: Lane): Value<"f32"> => ({
  type: "f32",
  code: [...vector.code, ...simd(0x1f), index],
});
export const withLane = (vector: Value<"v128">, index: Lane, value: Value<"f32">): Value<"v128"> => ({
  type: "v128",
  code: [...vector.code, ...value.code, ...simd(0x20), index],
});
export const withInteger = (vector: Value<"v128">, index: Lane, value: Value<"i32">): Value<"v128"> => ({
  type: "v128",
  code: [...vector.code, ...value.code, ...simd(0x1c), index],
});
/** Lanes 0 … 3 of `a` and 4 … 7 of `b`. */
export const shuffle = (a: Value<"v128">, b: Value<"v128">, lanes: readonly number[]): Value<"v128"> => ({
  type: "v128",
  code: [...a.code, ...b.code, ...simd(0x0d), ...lanes.flatMap((index) => [0, 1, 2, 3].map((k) => 4 * index + k))],
});

function vectors(opcode: number) {
  return (a: Value<"v128">, b: Operand<"v128">): Value<"v128"> => ({
    type: "v128",
    code: [...a.code, ...valueOf("v128", b).code, ...simd(opcode)],
  });
}
/** All bits of a lane set where it holds. */
export const lanesEqual = vectors(0x41);
export const lanesAtLeast = vectors(0x46);
export const integersDiffer = vectors(0x38);
/** `a` without the bits of `b`. */
export const without = vectors(0x4f);
export const minIntegers = vectors(0xb6);
export const maxIntegers = vectors(0xb8);
/** Of `a` where the bits of `mask` are set, of `b` elsewhere. */
export const choose = (a: Value<"v128">, b: Value<"v128">, mask: Value<"v128">): Value<"v128"> => ({
  type: "v128",
  code: [...a.code, ...b.code, ...mask.code, ...simd(0x52)],
});

function shift(scalar: number, vector: number) {
  return <T extends "i32" | "v128">(a: Value<T>, bits: number): Value<T> => ({
    type: a.type,
    code: [...a.code, ...constant("i32", bits).code, ...(a.type === "v128" ? simd(vector) : [scalar])],
  });
}
export const shiftLeft = shift(0x74, 0xab);
/** Zeros come in. */
export const shiftRight = shift(0x76, 0xad);

/** `a` where the condition holds. */
export const select = <T extends "i32" | "f32" | "f64">(
  a: Value<T>,
  b: Operand<T>,
  condition: Value<"i32">,
): Value<T> => ({
  type: a.type,
  code: [...a.code, ...valueOf(a.type, b).code, ...condition.code, 0x1b],
});

const LOADS = { i32: [0x28], f32: [0x2a], f64: [0x2b], v128: simd(0x00) } as const;
const NO_ALIGNMENT = 0;
export const place = (offset: number): number[] => [NO_ALIGNMENT, ...unsigned(offset)];

/** What lies at `address + offset`. */
export const load = <T extends ValueType>(type: T, address: Operand<"i32">, offset: number): Value<T> => ({
  type,
  code: [...valueOf("i32", address).code, ...LOADS[type], ...place(offset)],
});
export const loadByte = (address: Value<"i32">, offset: number): Value<"i32"> => ({
  type: "i32",
  code: [...address.code, 0x2d, ...place(offset)],
});
/** One float into all lanes. */
export const loadSplat = (address: Value<"i32">, offset: number): Value<"v128"> => ({
  type: "v128",
  code: [...address.code, ...simd(0x09), ...place(offset)],
});

const STORES = { i32: [0x36], f32: [0x38], f64: [0x39], v128: simd(0x0b) } as const;
export type Statement = readonly number[];
export const store = <T extends ValueType>(address: Operand<"i32">, offset: number, value: Value<T>): Statement => [
  ...valueOf("i32", address).code,
  ...value.code,
  ...STORES[value.type],
  ...place(offset),
];
export const storeLane = (address: Value<"i32">, offset: number, vector: Value<"v128">, index: Lane): Statement => [
  ...address.code,
  ...vector.code,
  ...simd(0x5a),
  ...place(offset),
  index,
];
