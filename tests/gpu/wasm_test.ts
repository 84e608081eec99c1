import assert from "node:assert/strict";
import { type Body, type Local, ModuleCode } from "../../gpu/cpu/wasm/module.ts";
import {
  add,
  constant,
  equal,
  integers,
  less,
  load,
  max,
  mul,
  store,
  sub,
  unsigned,
} from "../../gpu/cpu/wasm/values.ts";

/** Memory after the function has run with `argument`. */
function run(write: (body: Body, argument: Local<"i32">) => void, argument = 0): DataView {
  const code = new ModuleCode();
  code.define("run", ["i32"], write);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code.encode(1)), { host: { memory } });
  if (typeof exports.run !== "function") throw new TypeError("Cannot find the function.");
  exports.run(argument);
  return new DataView(memory.buffer);
}

Deno.test("wasm: integers of every length are written as the specification says", () => {
  assert.deepEqual(unsigned(0), [0]);
  assert.deepEqual(unsigned(127), [0x7f]);
  assert.deepEqual(unsigned(624485), [0xe5, 0x8e, 0x26]);
  assert.deepEqual(unsigned(0xffffffff), [0xff, 0xff, 0xff, 0xff, 0x0f]);
  assert.deepEqual(constant("i32", -123456).code, [0x41, 0xc0, 0xbb, 0x78]);
});

Deno.test("wasm: constants arrive as they are, of each type", () => {
  const values = [0, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)];
  const view = run((body) => {
    values.forEach((value, k) => body.do(store(0, 4 * k, constant("i32", value))));
    body.do(store(0, 64, constant("f32", -0.1)), store(0, 72, constant("f64", 1e300)), store(0, 80, integers(-7)));
  });
  values.forEach((value, k) => assert.equal(view.getInt32(4 * k, true), value));
  assert.equal(view.getFloat32(64, true), Math.fround(-0.1));
  assert.equal(view.getFloat64(72, true), 1e300);
  for (const lane of [0, 1, 2, 3]) assert.equal(view.getInt32(80 + 4 * lane, true), -7);
});

Deno.test("wasm: loops and branches do what they say", () => {
  const sumBelow = (end: number) =>
    run((body, last) => {
      const sum = body.let(constant("i32", 0)), k = body.let(constant("i32", 0));
      body.while(less(k, last), () => {
        body.if(equal(k, 3), () => body.set(sum, add(sum, 100)), () => body.set(sum, add(sum, k)));
        body.set(k, add(k, 1));
      });
      body.do(store(0, 0, sum));
    }, end).getInt32(0, true);
  assert.deepEqual([0, 1, 4, 6].map(sumBelow), [0, 0, 103, 112]);
});

Deno.test("wasm: vectors are four floats", () => {
  const view = run((body) => {
    for (let k = 0; k < 4; k++) body.do(store(0, 4 * k, constant("f32", k)));
    const vector = body.let(load("v128", 0, 0));
    body.do(store(0, 16, max(sub(mul(vector, vector), 3), vector)));
  });
  assert.deepEqual([16, 20, 24, 28].map((at) => view.getFloat32(at, true)), [0, 1, 2, 6]);
});
