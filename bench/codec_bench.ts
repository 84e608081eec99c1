/**
 * Frames to bytes and back, per dialect and against what else could be used: `deno bench -A bench/codec_bench.ts`.
 *
 * Each line ends with the size of its message. The peers are given objects that exist already, one per node, and give such
 * objects back; the dialects go from columns to columns. Q1 is measured on recorded motion too, where `bench/motion.ts` has
 * left some; `bench/q1_stages.ts` compares the ways to write it.
 */
import { decode as decodeMessagePack, encode as encodeMessagePack } from "@msgpack/msgpack";
import protobuf from "protobufjs";
import { createRandom } from "../gpu/random.ts";
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { heldAfter, Q1Decoder, Q1Encoder, type Q1Held } from "../protocol/graph/q1.ts";
import { decodeV1Server, encodeV1 } from "../protocol/graph/v1.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { positionUpdate as v4 } from "../protocol/graph/v4.ts";
import { BinaryProtocolParser } from "../tests/samples/v2_document_client.ts";
import { MOTION_FOLDER, readMotions } from "./motion.ts";

const SEED = 42, SIZES = [1_000, 10_000, 100_000];

/** Whatever a benchmark makes ends up here, so that making it cannot be left out. */
let sink = 0;
globalThis.addEventListener("unload", () => {
  if (Number.isNaN(sink)) console.log("A benchmark made nothing.");
});

interface Contestant {
  readonly name: string;
  readonly isBaseline?: true;
  /** Takes tenths of a second at 100,000 nodes. */
  readonly isSlow?: true;
  readonly bytes: number;
  run(bench: Deno.BenchContext): number;
}

function register(group: string, contestants: readonly Contestant[]): void {
  for (const { name, isBaseline, isSlow, bytes, run } of contestants) {
    const rounds = isSlow ? { n: 10, warmup: 3 } : {};
    const title = `${name} (${bytes.toLocaleString("en")} bytes)`;
    Deno.bench({ name: title, group, baseline: isBaseline ?? false, ...rounds }, (bench) => {
      sink += run(bench);
    });
  }
}

/** Nodes that go round in small circles and tremble, like a layout that settles; the last frame leads to the first. */
const PERIOD = 64, RADIUS = 0.5, TREMBLE = 0.003;

function circling(count: number): NodeFrame[] {
  const random = createRandom(SEED), side = 4 * Math.cbrt(count);
  const centres = Float32Array.from({ length: 3 * count }, () => side * (random() - 0.5));
  const phases = centres.map(() => 2 * Math.PI * random());
  return Array.from({ length: PERIOD }, (_, t) => {
    const angle = 2 * Math.PI * t / PERIOD;
    const positions = centres.map((centre, k) =>
      centre + RADIUS * Math.sin(angle + phases[k]) + TREMBLE * (random() - 0.5)
    );
    return { ...createFrame(count), positions, velocities: phases, sequence: t };
  });
}

const SCHEMA = `syntax = "proto3";
message Node { fixed32 id = 1; repeated float position = 2; repeated float velocity = 3; float mass = 4; float charge = 5; }
message Frame { repeated Node nodes = 1; }`;
const Frame = protobuf.parse(SCHEMA).root.lookupType("Frame");

function objectsOf({ count, ids, positions, velocities, masses, charges }: NodeFrame) {
  return Array.from({ length: count }, (_, index) => ({
    id: ids[index],
    position: [...positions.subarray(3 * index, 3 * index + 3)],
    velocity: [...velocities.subarray(3 * index, 3 * index + 3)],
    mass: masses[index],
    charge: charges[index],
  }));
}

/** Push and encode, one frame after the other, for a reader that gets all of them. */
function q1Encode(name: string, frames: readonly NodeFrame[]): Contestant {
  const encoder = new Q1Encoder({ keyframeIntervalMs: Infinity });
  let t = 0, held: Q1Held | undefined;
  const run = () => {
    const frame = { ...frames[t % frames.length], sequence: t++ };
    encoder.push(frame, 0);
    const bytes = encoder.encode(held);
    held = heldAfter(bytes);
    return bytes.length;
  };
  run();
  run();
  return { name, bytes: run(), run };
}

/** All deltas in turn; the keyframe that starts a turn is not counted. */
function q1DecodeInto(name: string, frames: readonly NodeFrame[]): Contestant {
  const encoder = new Q1Encoder({ keyframeIntervalMs: Infinity }), decoder = new Q1Decoder();
  const out = createFrame(frames[0].count), messages: Uint8Array[] = [];
  let held: Q1Held | undefined, t = 0;
  for (const frame of frames) {
    encoder.push(frame, 0);
    const bytes = encoder.encode(held).slice();
    held = heldAfter(bytes);
    messages.push(bytes);
  }
  return {
    name,
    bytes: Math.round(messages.slice(1).reduce((sum, { length }) => sum + length, 0) / (messages.length - 1)),
    run(bench) {
      if (t % messages.length === 0) decoder.decodeInto(messages[t++ % messages.length], out);
      const message = messages[t++ % messages.length];
      bench.start();
      decoder.decodeInto(message, out);
      bench.end();
      return out.positions[0];
    },
  };
}

/** Everything there is to encode and decode at one size. */
function messagesOf(count: number) {
  const frames = circling(count), [frame] = frames, objects = objectsOf(frame), encoder = new Q1Encoder();
  encoder.push(frame, 0);
  return {
    frames,
    frame,
    objects,
    encoder,
    text: encodeV1({ type: "nodes.update", nodes: frame }),
    packed: encodeMessagePack(objects),
    buffered: Frame.encode({ nodes: objects }).finish(),
    v2Bytes: v2.encode(frame),
    v4Bytes: v4.encode(frame),
    keyframe: encoder.encode(undefined).slice(),
  };
}

type Messages = ReturnType<typeof messagesOf>;

/** A peer with an object per node. */
function peer(name: string, bytes: number, run: () => number): Contestant {
  return { name: `${name}, an object per node`, bytes, run, isSlow: true };
}

function encoders({ frames, frame, objects, encoder, text, packed, buffered, v2Bytes, v4Bytes, keyframe }: Messages) {
  const room = new Uint8Array(v2Bytes.length);
  return [
    { ...peer("MessagePack", packed.length, () => encodeMessagePack(objects).length), isBaseline: true } as const,
    peer("protobuf", buffered.length, () => Frame.encode({ nodes: objects }).finish().length),
    {
      name: "JSON V1",
      isSlow: true,
      bytes: text.length,
      run: () => encodeV1({ type: "nodes.update", nodes: frame }).length,
    } as const,
    { name: "a plain copy of as many bytes as V2", bytes: v2Bytes.length, run: () => copy(v2Bytes, room) },
    { name: "V2 encode", bytes: v2Bytes.length, run: () => v2.encode(frame).length },
    { name: "V2 encodeInto", bytes: v2Bytes.length, run: () => v2.encodeInto(frame, room) },
    { name: "V4 encode", bytes: v4Bytes.length, run: () => v4.encode(frame).length },
    { name: "V4 encodeInto", bytes: v4Bytes.length, run: () => v4.encodeInto(frame, room) },
    { name: "Q1 keyframe", bytes: keyframe.length, run: () => encoder.encode(undefined).length },
    q1Encode("Q1 push and delta", frames),
  ];
}

/** What moving the bytes costs, and nothing else: no codec can be faster. */
function copy(bytes: Uint8Array, room: Uint8Array): number {
  room.set(bytes);
  return room[0];
}

function decoders({ frames, text, packed, buffered, v2Bytes, v4Bytes, keyframe }: Messages) {
  const out = createFrame(frames[0].count), decoder = new Q1Decoder(), room = new Uint8Array(v2Bytes.length);
  const parse = () => new BinaryProtocolParser(v2Bytes.buffer).parseNodeUpdates().length;
  return [
    { ...peer("V2 by its document's parser", v2Bytes.length, parse), isBaseline: true } as const,
    peer("MessagePack", packed.length, () => (decodeMessagePack(packed) === undefined ? 0 : 1)),
    peer("protobuf", buffered.length, () => (Frame.decode(buffered) === undefined ? 0 : 1)),
    {
      name: "JSON V1, checked",
      isSlow: true,
      bytes: text.length,
      run: () => decodeV1Server(text).type.length,
    } as const,
    { name: "a plain copy of as many bytes as V2", bytes: v2Bytes.length, run: () => copy(v2Bytes, room) },
    { name: "V2 decode", bytes: v2Bytes.length, run: () => v2.decode(v2Bytes).count },
    { name: "V2 decodeInto", bytes: v2Bytes.length, run: () => v2.decodeInto(v2Bytes, out) },
    { name: "V4 decode", bytes: v4Bytes.length, run: () => v4.decode(v4Bytes).count },
    { name: "V4 decodeInto", bytes: v4Bytes.length, run: () => v4.decodeInto(v4Bytes, out) },
    { name: "Q1 keyframe decodeInto", bytes: keyframe.length, run: () => decoder.decodeInto(keyframe, out).length },
    q1DecodeInto("Q1 delta decodeInto", frames),
  ];
}

for (const count of SIZES) {
  const messages = messagesOf(count), nodes = `${count.toLocaleString("en")} nodes`;
  register(`encode ${nodes}`, encoders(messages));
  register(`decode ${nodes}`, decoders(messages));
}

const motions = readMotions(MOTION_FOLDER);
if (motions.length === 0) console.log("Q1 on recorded motion: skipped, run `deno run -A bench/motion.ts` first.");
for (const { graph, scene, nodeCount, frames: moments } of motions) {
  const frames = moments.map((positions, sequence) => ({ ...createFrame(nodeCount), positions, sequence }));
  const group = `Q1, ${graph} ${scene}, ${nodeCount.toLocaleString("en")} nodes`, [frame] = frames;
  const bytes = v2.encode(frame), out = createFrame(nodeCount);
  // The recording goes to its end and back, so that there is no jump in it.
  const thereAndBack = [...frames, ...frames.slice(1, -1).reverse()];
  register(group, [
    { name: "V2 encode", isBaseline: true, bytes: bytes.length, run: () => v2.encode(frame).length },
    q1Encode("Q1 push and delta", thereAndBack),
    { name: "V2 decodeInto", bytes: bytes.length, run: () => v2.decodeInto(bytes, out) },
    q1DecodeInto("Q1 delta decodeInto", frames),
  ]);
}
