/**
 * Frames to bytes and back, per dialect and against what else could be used, for `codec_bench.ts` and `codec_table.ts`.
 *
 * The peers are given objects that exist already, one per node, and give such objects back; the dialects go from columns
 * to columns. Q1 is measured on recorded motion too, where `bench/motion.ts` has left some.
 */
import { decode as decodeMessagePack, encode as encodeMessagePack } from "@msgpack/msgpack";
import protobuf from "protobufjs";
import { createRandom } from "../gpu/random.ts";
import { createFrame, type NodeFrame } from "../protocol/frame.ts";
import { heldAfter, Q1Decoder, Q1Encoder, type Q1Held } from "../protocol/graph/q1.ts";
import { decodeV1Server, encodeV1 } from "../protocol/graph/v1.ts";
import { createShortestPathFrame, sssp, SSSP_MAX_NODES } from "../protocol/graph/sssp.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { positionUpdate as v4 } from "../protocol/graph/v4.ts";
import { BinaryProtocolParser } from "../tests/samples/v2_document_client.ts";
import { type Motion, MOTION_FOLDER, readMotions } from "./motion.ts";

const SEED = 42, SIZES = [1_000, 10_000, 100_000];

/** For contestants that have something to prepare in every run. */
export interface Timer {
  start(): void;
  end(): void;
}

export interface Contestant {
  readonly name: string;
  readonly isBaseline?: true;
  /** Takes tenths of a second at 100,000 nodes. */
  readonly isSlow?: true;
  readonly bytes: number;
  /** What it made, for a sink. */
  run(timer: Timer): number;
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
    run(timer) {
      if (t % messages.length === 0) decoder.decodeInto(messages[t++ % messages.length], out);
      const message = messages[t++ % messages.length];
      timer.start();
      decoder.decodeInto(message, out);
      timer.end();
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

/** Along one path through all nodes, where ids of 14 bits suffice. */
function pathsOf({ count, positions, velocities }: NodeFrame) {
  const frame = { ...createShortestPathFrame(count), positions, velocities };
  for (let node = 0; node < count; node++) {
    frame.distances[node] = node;
    frame.parents[node] = node - 1;
  }
  return frame;
}

function pathEncoders({ frame }: Messages): Contestant[] {
  if (frame.count > SSSP_MAX_NODES) return [];
  const paths = pathsOf(frame), bytes = sssp.byteLength(frame.count), room = new Uint8Array(bytes);
  return [{ name: "SSSP encodeInto", bytes, run: () => sssp.encodeInto(paths, room) }];
}

function pathDecoders({ frame }: Messages): Contestant[] {
  if (frame.count > SSSP_MAX_NODES) return [];
  const bytes = sssp.encode(pathsOf(frame)), out = createShortestPathFrame(frame.count);
  return [{ name: "SSSP decodeInto", bytes: bytes.length, run: () => sssp.decodeInto(bytes, out) }];
}

type Messages = ReturnType<typeof messagesOf>;

/** A peer with an object per node. */
function peer(name: string, bytes: number, run: () => number): Contestant {
  return { name: `${name}, an object per node`, bytes, run, isSlow: true };
}

function encoders(messages: Messages): Contestant[] {
  const { frames, frame, objects, encoder, text, packed, buffered, v2Bytes, v4Bytes, keyframe } = messages;
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
    ...pathEncoders(messages),
    { name: "Q1 keyframe", bytes: keyframe.length, run: () => encoder.encode(undefined).length },
    q1Encode("Q1 push and delta", frames),
  ];
}

/** What moving the bytes costs, and nothing else: no codec can be faster. */
function copy(bytes: Uint8Array, room: Uint8Array): number {
  room.set(bytes);
  return room[0];
}

function decoders(messages: Messages): Contestant[] {
  const { frames, text, packed, buffered, v2Bytes, v4Bytes, keyframe } = messages;
  const out = createFrame(frames[0].count), decoder = new Q1Decoder(), room = new Uint8Array(v2Bytes.length);
  const parse = () => new BinaryProtocolParser(v2Bytes.buffer).parseNodeUpdates().length;
  const unpack = () => decodeMessagePack(packed) === undefined ? 0 : 1;
  const read = () => Frame.decode(buffered) === undefined ? 0 : 1;
  return [
    { ...peer("V2 by its document's parser", v2Bytes.length, parse), isBaseline: true } as const,
    peer("MessagePack", packed.length, unpack),
    peer("protobuf", buffered.length, read),
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
    ...pathDecoders(messages),
    { name: "Q1 keyframe decodeInto", bytes: keyframe.length, run: () => decoder.decodeInto(keyframe, out).length },
    q1DecodeInto("Q1 delta decodeInto", frames),
  ];
}

/** The lines of one comparison; the baseline comes first. */
export interface Group {
  readonly name: string;
  readonly contestants: readonly Contestant[];
}

/** Made one after the other, so that no more than one size is in memory. */
export function* groups(): Generator<Group> {
  for (const count of SIZES) {
    const messages = messagesOf(count), nodes = `${count.toLocaleString("en")} nodes`;
    yield { name: `encode ${nodes}`, contestants: encoders(messages) };
    yield { name: `decode ${nodes}`, contestants: decoders(messages) };
  }
  const motions = readMotions(MOTION_FOLDER);
  if (motions.length === 0) console.log("Q1 on recorded motion: skipped, run `deno run -A bench/motion.ts` first.");
  for (const motion of motions) yield replay(motion);
}

function replay({ graph, scene, nodeCount, frames: moments }: Motion): Group {
  const frames = moments.map((positions, sequence) => ({ ...createFrame(nodeCount), positions, sequence }));
  const [frame] = frames, bytes = v2.encode(frame), out = createFrame(nodeCount);
  // The recording goes to its end and back, so that there is no jump in it.
  const thereAndBack = [...frames, ...frames.slice(1, -1).reverse()];
  return {
    name: `Q1, ${graph} ${scene}, ${nodeCount.toLocaleString("en")} nodes`,
    contestants: [
      { name: "V2 encode", isBaseline: true, bytes: bytes.length, run: () => v2.encode(frame).length },
      q1Encode("Q1 push and delta", thereAndBack),
      { name: "V2 decodeInto", bytes: bytes.length, run: () => v2.decodeInto(bytes, out) },
      q1DecodeInto("Q1 delta decodeInto", frames),
    ],
  };
}
