import fc from "fast-check";
import type { BinaryValue } from "../../../protocol/settings/value.ts";

const LEAF: fc.Arbitrary<BinaryValue> = fc.oneof(
  fc.constant<BinaryValue>({ type: "null" }),
  fc.boolean().map((value): BinaryValue => ({ type: "bool", value })),
  fc.integer().map((value): BinaryValue => ({ type: "i32", value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): BinaryValue => ({ type: "i64", value })),
  // −0 is written as 0, see [SET-3].
  fc.float().map((value): BinaryValue => ({ type: "f32", value: value === 0 ? 0 : value })),
  fc.double().map((value): BinaryValue => ({ type: "f64", value: value === 0 ? 0 : value })),
  fc.string({ maxLength: 20, unit: "binary" }).map((value): BinaryValue => ({ type: "string", value })),
  fc.uint8Array({ maxLength: 20 }).map((value): BinaryValue => ({ type: "bytes", value: new Uint8Array(value) })),
);

/** Values of every type, up to three levels deep. */
export const VALUES: fc.Arbitrary<BinaryValue> = fc.letrec<{ value: BinaryValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    LEAF,
    fc.array(tie("value"), { maxLength: 4 }).map((items): BinaryValue => ({ type: "array", items })),
    fc.array(fc.tuple(fc.string({ maxLength: 6, unit: "binary" }), tie("value")), { maxLength: 4 })
      .map((entries): BinaryValue => ({ type: "object", entries: new Map(entries) })),
  ),
})).value;

const SEGMENTS = fc.constantFrom("physics", "camera", "repulsion", "a", "B_2", "x-1");

/** Settings by path, few enough names that two of them share some. */
export const SETTINGS = fc.array(
  fc.tuple(fc.array(SEGMENTS, { minLength: 1, maxLength: 3 }).map((names) => names.join(".")), VALUES),
  { maxLength: 12 },
).map((entries) => new Map(entries));
