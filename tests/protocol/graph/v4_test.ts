import { createRandom } from "../../../gpu/random.ts";
import assert from "node:assert/strict";
import { DecodeError } from "../../../protocol/codec.ts";
import { createFrame } from "../../../protocol/frame.ts";
import {
  decodeV4,
  type DragPhase,
  type EdgeColumns,
  encodeFilterUpdate,
  encodeFullGraph,
  encodeHeartbeat,
  encodeNodeDrag,
  encodeNodeSelect,
  encodePositionUpdate,
  peekType,
  positionUpdate,
  type V4Message,
} from "../../../protocol/graph/v4.ts";
import {
  bytesOf,
  codecSuite,
  decodeOrError,
  embedded,
  f32LE,
  f64LE,
  randomFrame,
  singleByteFlips,
  u32LE,
  u8,
} from "../../helpers/codec_suite.ts";

/** version, type, flags, reserved */
const header = (type: number, flags = 0) => [4, type, flags, 0];

const NODES = {
  ...createFrame(2),
  ids: Uint32Array.of(3, 0x1_0000),
  positions: Float32Array.of(1, 2, 3, -4, 0.5, 0),
  velocities: Float32Array.of(0, 0, 0.25, -1, 0, 8),
};
const NODE_BYTES = [
  u32LE(2), // n
  u32LE(3), // id
  f32LE(1), // x
  f32LE(2), // y
  f32LE(3), // z
  f32LE(0), // vx
  f32LE(0), // vy
  f32LE(0.25), // vz
  u32LE(0x1_0000), // id
  f32LE(-4), // x
  f32LE(0.5), // y
  f32LE(0), // z
  f32LE(-1), // vx
  f32LE(0), // vy
  f32LE(8), // vz
];
const EDGES: EdgeColumns = {
  count: 1,
  sources: Uint32Array.of(0x1_0000),
  targets: Uint32Array.of(3),
  weights: Float32Array.of(2.5),
};

codecSuite({
  codec: positionUpdate,
  carries: "positions",
  isWhole: () => false,
  golden: [
    { name: "no nodes", frame: createFrame(0), bytes: bytesOf(header(0x02), u32LE(0)) },
    { name: "two nodes", frame: NODES, bytes: bytesOf(header(0x02), ...NODE_BYTES) },
  ],
});

const FILTER_TEXT = '{"types":["Class"],"maxDepth":3,"search":"é"}';
const utf8 = (text: string) => [...new TextEncoder().encode(text)];

/** Name, message, its bytes by hand, its encoder. */
const MESSAGES: readonly { name: string; message: V4Message; bytes: Uint8Array; encode: () => Uint8Array }[] = [
  {
    name: "FullGraph",
    message: { type: "fullGraph", nodes: NODES, edges: EDGES },
    bytes: bytesOf(
      header(0x01),
      ...NODE_BYTES,
      u32LE(1), // m
      u32LE(0x1_0000), // source
      u32LE(3), // target
      f32LE(2.5), // weight
    ),
    encode: () => encodeFullGraph(NODES, EDGES),
  },
  {
    name: "PositionUpdate",
    message: { type: "positionUpdate", nodes: NODES },
    bytes: bytesOf(header(0x02), ...NODE_BYTES),
    encode: () => positionUpdate.encode(NODES),
  },
  ...([["keyframe", 0x02], ["delta", 0x04]] as const).map(([scope, flags]) => ({
    name: `PositionUpdate, ${scope}`,
    message: { type: "positionUpdate", nodes: NODES, scope } as const,
    bytes: bytesOf(header(0x02, flags), ...NODE_BYTES),
    encode: () => encodePositionUpdate(NODES, { scope }),
  })),
  {
    name: "NodeSelect",
    message: { type: "nodeSelect", id: 258 },
    bytes: bytesOf(header(0x03), u32LE(258)),
    encode: () => encodeNodeSelect(258),
  },
  {
    name: "NodeSelect of nothing",
    message: { type: "nodeSelect" },
    bytes: bytesOf(header(0x03), [0xff, 0xff, 0xff, 0xff]),
    encode: () => encodeNodeSelect(undefined),
  },
  ...([["move", 0x00], ["start", 0x10], ["end", 0x20]] as const).map(([phase, flags]) => ({
    name: `NodeDrag, ${phase}`,
    message: { type: "nodeDrag", id: 9, phase, x: 1.5, y: -2, z: 0.75 } as const,
    bytes: bytesOf(header(0x04, flags), u32LE(9), f32LE(1.5), f32LE(-2), f32LE(0.75)),
    encode: () => encodeNodeDrag({ id: 9, phase, x: 1.5, y: -2, z: 0.75 }),
  })),
  {
    name: "Heartbeat",
    message: { type: "heartbeat", timeMs: 1_700_000_000_123, reply: false },
    bytes: bytesOf(header(0x05), f64LE(1_700_000_000_123)),
    encode: () => encodeHeartbeat(1_700_000_000_123, { reply: false }),
  },
  {
    name: "Heartbeat's reply",
    message: { type: "heartbeat", timeMs: 0.5, reply: true },
    bytes: bytesOf(header(0x05, 0x80), [0, 0, 0, 0, 0, 0, 0xe0, 0x3f]),
    encode: () => encodeHeartbeat(0.5, { reply: true }),
  },
  {
    name: "FilterUpdate",
    message: { type: "filterUpdate", filter: { types: ["Class"], maxDepth: 3, search: "é" } },
    bytes: bytesOf(header(0x06), utf8(FILTER_TEXT)),
    encode: () => encodeFilterUpdate({ types: ["Class"], maxDepth: 3, search: "é" }),
  },
];

for (const { name, message, bytes, encode } of MESSAGES) {
  Deno.test(`[V4-9] ${name}, golden bytes both ways and at any offset`, () => {
    assert.deepEqual(encode(), bytes);
    assert.deepEqual(decodeV4(bytes), message);
    assert.deepEqual(decodeV4(embedded(bytes, 3)), message);
    assert.equal(peekType(bytes), bytes[1]);
  });

  Deno.test(`[V4-7] ${name}, every truncation and one byte more are refused`, () => {
    for (let length = 0; length < bytes.length; length++) {
      const result = decodeOrError(decodeV4, bytes.subarray(0, length));
      assert.ok(result instanceof DecodeError, `${length} of ${bytes.length} bytes`);
      assert.equal(result.dialect, "v4");
    }
    assert.ok(decodeOrError(decodeV4, bytesOf([...bytes], u8(0))) instanceof DecodeError);
  });

  Deno.test(`[V4-7] ${name}, a changed byte gives a message or a DecodeError`, () => {
    for (const flipped of singleByteFlips(bytes)) decodeOrError(decodeV4, flipped);
  });
}

Deno.test("[V4-1] [V4-2] the document's sizes", () => {
  assert.equal(positionUpdate.byteLength(10_000), 8 + 280_000);
  assert.equal(positionUpdate.encode(createFrame(10_000)).length, 8 + 280_000);
  const edges = { count: 5, sources: new Uint32Array(5), targets: new Uint32Array(5), weights: new Float32Array(5) };
  assert.equal(encodeFullGraph(createFrame(10), edges).length, 4 + 4 + 10 * 28 + 4 + 5 * 12);
});

Deno.test("[V4-9] seeded graphs and drags come back as they went", () => {
  const random = createRandom(28);
  const id = () => Math.floor(random() * 2 ** 32);
  for (const [n, m] of [[0, 0], [1, 0], [3, 7], [200, 900]]) {
    const nodes = randomFrame(n, random), blank = createFrame(n);
    const edges = {
      count: m,
      sources: Uint32Array.from({ length: m }, id),
      targets: Uint32Array.from({ length: m }, id),
      weights: Float32Array.from({ length: m }, random),
    };
    const bytes = encodeFullGraph(nodes, edges), decoded = decodeV4(bytes);
    bytes.fill(0xff);
    const { masses, charges } = blank;
    assert.deepEqual(decoded, { type: "fullGraph", nodes: { ...nodes, masses, charges }, edges });
  }
  for (const phase of ["start", "move", "end"] satisfies DragPhase[]) {
    const drag = {
      id: id(),
      phase,
      x: Math.fround(random()),
      y: Math.fround(-random()),
      z: Math.fround(1e9 * random()),
    };
    assert.deepEqual(decodeV4(encodeNodeDrag(drag)), { type: "nodeDrag", ...drag });
  }
});

Deno.test("[V4-7] another version, an unknown type and a reserved byte are refused where they stand", () => {
  const offsetOf = (bytes: Uint8Array) => {
    const result = decodeOrError(decodeV4, bytes);
    return result instanceof DecodeError ? result.offset : undefined;
  };
  for (const version of [0, 1, 3, 5, 255]) assert.equal(offsetOf(bytesOf([version, 0x03, 0, 0], u32LE(1))), 0);
  for (const type of [0x00, 0x08, 0xff]) assert.equal(offsetOf(bytesOf(header(type), u32LE(1))), 1);
  assert.equal(offsetOf(bytesOf([4, 0x03, 0, 1], u32LE(1))), 3);
  assert.equal(peekType(bytesOf([5, 0x03, 0, 0])), undefined);
  assert.equal(peekType(bytesOf([4, 0x03, 0])), undefined);
});

Deno.test("[V4-10] each type takes its own flags and no others", () => {
  const allowed = new Map([
    [0x01, [0]],
    [0x02, [0, 0x02, 0x04]],
    [0x03, [0]],
    [0x04, [0, 0x10, 0x20]],
    [0x05, [0, 0x80]],
    [0x06, [0]],
  ]);
  for (const { bytes } of MESSAGES) {
    for (let flags = 0; flags < 256; flags++) {
      const message = bytes.slice();
      message[2] = flags;
      const result = decodeOrError(decodeV4, message);
      const isAllowed = allowed.get(bytes[1])?.includes(flags) ?? false;
      assert.equal(result instanceof DecodeError, !isAllowed, `type ${bytes[1]} flags ${flags}`);
      if (result instanceof DecodeError) assert.equal(result.offset, 2);
    }
  }
});

Deno.test("[V4-7] a count that lies is refused before anything is allocated for it", () => {
  // Allocating for 2³²−1 records would fail with a RangeError, which is let through as a failure here.
  for (const count of [1, 1_000_000, 0xffff_ffff]) {
    for (const type of [0x01, 0x02]) {
      const error = decodeOrError(decodeV4, bytesOf(header(type), u32LE(count)));
      assert.ok(error instanceof DecodeError);
      assert.equal(error.offset, 4);
    }
    const edgesLie = bytesOf(header(0x01), u32LE(0), u32LE(count));
    const error = decodeOrError(decodeV4, edgesLie);
    assert.ok(error instanceof DecodeError);
    assert.equal(error.offset, 8);
  }
});

Deno.test("v4: the position codec refuses other types", () => {
  const error = decodeOrError(positionUpdate.decode, bytesOf(header(0x01), u32LE(0), u32LE(0)));
  assert.ok(error instanceof DecodeError);
  assert.equal(error.offset, 1);
});

Deno.test("[V4-11] to a reader of whole frames a keyframe is one, a delta is refused", () => {
  const out = createFrame(2), blank = structuredClone(out);
  const delta = encodePositionUpdate(NODES, { scope: "delta" });
  for (const read of [positionUpdate.decode, (bytes: Uint8Array) => positionUpdate.decodeInto(bytes, out)]) {
    const error = decodeOrError<unknown>(read, delta);
    assert.ok(error instanceof DecodeError && error.offset === 2);
  }
  assert.deepEqual(out, blank);
  assert.deepEqual(positionUpdate.decode(encodePositionUpdate(NODES, { scope: "keyframe" })), NODES);
});
