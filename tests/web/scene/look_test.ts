import assert from "node:assert/strict";
import { createLook, LOOK_BYTES } from "../../../web/scene/look.ts";
import { LOOK_FLAG } from "../../../web/scene/shaders.ts";
import { createTopology } from "../../../web/scene/topology.ts";

const EDGES = { count: 2, sources: new Uint32Array([0, 0]), targets: new Uint32Array([1, 2]) };
const star = () => createTopology(new Uint32Array([0, 1, 2, 3]), EDGES);

Deno.test("size grows with the degree, from a visible least to 1", () => {
  const look = createLook(star());
  assert.equal(look.sizeOf(0), 1);
  assert.ok(look.sizeOf(1) < 1 && look.sizeOf(3) > 0.4 && look.sizeOf(3) < look.sizeOf(1));
});

Deno.test("pins and focus are independent marks", () => {
  const look = createLook(star()), flags = (index: number) => look.bytes[LOOK_BYTES * index + 2];
  look.setPins([3]);
  look.setFocus({ focus: 1, selected: 2, hovered: 1 });
  assert.deepEqual([0, 1, 2, 3].map(flags), [
    LOOK_FLAG.emphasised,
    LOOK_FLAG.emphasised | LOOK_FLAG.hovered,
    LOOK_FLAG.selected,
    LOOK_FLAG.pinned,
  ]);
  look.setFocus({ selected: 3, path: [0, 2] });
  assert.deepEqual([0, 1, 2, 3].map(flags), [
    LOOK_FLAG.emphasised,
    0,
    LOOK_FLAG.emphasised,
    LOOK_FLAG.pinned | LOOK_FLAG.selected,
  ]);
  look.setPins([]);
  look.setFocus({});
  assert.deepEqual([0, 1, 2, 3].map(flags), [0, 0, 0, 0]);
});
