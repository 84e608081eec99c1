import assert from "node:assert/strict";
import { DecodeError } from "../../../protocol/codec.ts";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import { v2, V2_RECORD_BYTES } from "../../../protocol/graph/v2.ts";
import { bytesOf, codecSuite, decodeOrError, f32LE, u32LE } from "../../helpers/codec_suite.ts";

const TWO_NODES: NodeFrame = {
  sequence: 0,
  generation: 0,
  count: 2,
  ids: Uint32Array.of(7, 0xffff_fffe),
  positions: Float32Array.of(1, 2, 3, -1.5, 0.25, 1024),
  velocities: Float32Array.of(0.5, 0, -0.5, 0, 0, 0.125),
  masses: Float32Array.of(1, 2),
  charges: Float32Array.of(-1, 0.75),
};

codecSuite({
  codec: v2,
  carries: "everything",
  isWhole: (length) => length % 36 === 0,
  golden: [
    { name: "no nodes", frame: createFrame(0), bytes: new Uint8Array(0) },
    {
      name: "two nodes",
      frame: TWO_NODES,
      bytes: bytesOf(
        u32LE(7), // id
        f32LE(1), // x
        f32LE(2), // y
        f32LE(3), // z
        f32LE(0.5), // vx
        f32LE(0), // vy
        f32LE(-0.5), // vz
        f32LE(1), // mass
        f32LE(-1), // charge
        u32LE(0xffff_fffe), // id
        f32LE(-1.5), // x
        f32LE(0.25), // y
        f32LE(1024), // z
        f32LE(0), // vx
        f32LE(0), // vy
        f32LE(0.125), // vz
        f32LE(2), // mass
        f32LE(0.75), // charge
      ),
    },
    {
      name: "the floats spelled out",
      frame: {
        ...createFrame(1),
        ids: Uint32Array.of(0x0403_0201),
        positions: Float32Array.of(1, -2, 0.1),
        velocities: Float32Array.of(1.5, 0, 0),
      },
      bytes: bytesOf(
        [0x01, 0x02, 0x03, 0x04], // id
        [0x00, 0x00, 0x80, 0x3f], // x = 1
        [0x00, 0x00, 0x00, 0xc0], // y = −2
        [0xcd, 0xcc, 0xcc, 0x3d], // z = 0.1, to the nearest f32
        [0x00, 0x00, 0xc0, 0x3f], // vx = 1.5
        [0x00, 0x00, 0x00, 0x00], // vy
        [0x00, 0x00, 0x00, 0x00], // vz
        [0x00, 0x00, 0x80, 0x3f], // mass = 1
        [0x00, 0x00, 0x00, 0x00], // charge
      ),
    },
  ],
});

Deno.test("[V2-1] the document's sizes", () => {
  assert.equal(V2_RECORD_BYTES, 36);
  assert.equal(v2.byteLength(100_000), 3_600_000);
  assert.equal(v2.encode(createFrame(100_000)).length, 3_600_000);
});

Deno.test("[V2-5] the error names where the broken record starts", () => {
  const error = decodeOrError(v2.decode, new Uint8Array(36 * 2 + 35));
  assert.ok(error instanceof DecodeError);
  assert.deepEqual([error.dialect, error.offset], ["v2", 72]);
  assert.equal(error.message, "v2: expected whole records of 36 bytes at byte 72, found 35 bytes more");
});
