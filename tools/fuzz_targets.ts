/** Every decoder of `protocol/` and the whole messages that the fuzzer damages: the golden vectors and a few of its own. */
import { decompress } from "../protocol/compression.ts";
import { parseControlMessage, parseControlSubscribe } from "../protocol/control/status.ts";
import { createFrame } from "../protocol/frame.ts";
import { parseClientText, parseServerEvent } from "../protocol/graph/events.ts";
import { decodeAck, Q1Decoder } from "../protocol/graph/q1.ts";
import { decodeSource, sssp } from "../protocol/graph/sssp.ts";
import { decodeV1Client, decodeV1Server } from "../protocol/graph/v1.ts";
import { v2 } from "../protocol/graph/v2.ts";
import { decodeV4, FragmentAssembler, inflateV4, positionUpdate } from "../protocol/graph/v4.ts";
import { parseRpc } from "../protocol/mcp/json_rpc.ts";
import { LineSplitter } from "../protocol/mcp/line_splitter.ts";
import { decodeNetworkFrame } from "../protocol/network/frame.ts";
import { parseHeartbeat } from "../protocol/network/heartbeat.ts";
import { parseNetworkPayload } from "../protocol/network/payload.ts";
import { decodeVoicePayload } from "../protocol/network/voice.ts";
import { parseRoomState, parseVoiceCommand } from "../protocol/network/voice_room.ts";
import { parseClientMessage } from "../protocol/realtime/client_message.ts";
import { decodeEnvelope } from "../protocol/realtime/envelope.ts";
import { parseServerMessage } from "../protocol/realtime/server_message.ts";
import { decodeSettings } from "../protocol/settings/message.ts";
import { decodeValue } from "../protocol/settings/value.ts";

export interface Target {
  readonly name: string;
  readonly decode: (input: Uint8Array) => unknown;
  readonly seeds: readonly Uint8Array[];
  /** Of all inputs, relative to the others; streams that inflate are slower a hundredfold. */
  readonly share: number;
}

interface Vector {
  readonly hex?: string | readonly string[];
  readonly text?: string;
}

const encoder = new TextEncoder(), decoder = new TextDecoder();
const FULL_SHARE = 100, STREAM_SHARE = 2, MAX_INFLATED_BYTES = 65_536, ROOM_NODES = 1_024;

function vectorsOf(name: string): Vector[] {
  return JSON.parse(Deno.readTextFileSync(new URL(`../tests/vectors/${name}.json`, import.meta.url)));
}

/** Every message of a file of vectors, refused ones too: they are the ones that nearly pass. */
function seedsOf(name: string): Uint8Array[] {
  return vectorsOf(name).flatMap(({ hex = [], text }) => [
    ...(typeof hex === "string" ? [hex] : hex).map((bytes) => Uint8Array.fromHex(bytes.replaceAll(" ", ""))),
    ...(text === undefined ? [] : [encoder.encode(text)]),
  ]);
}

/** Decodes the bytes as they come. */
function binary(name: string, file: string, decode: Target["decode"]): Target {
  return { name, decode, seeds: seedsOf(file), share: FULL_SHARE };
}

const slow = (target: Target): Target => ({ ...target, share: STREAM_SHARE });

/** Bytes that are no UTF-8 come as U+FFFD, as they would from a socket's text. */
function text(name: string, seeds: readonly Uint8Array[], decode: (text: string) => unknown): Target {
  return { name, decode: (input) => decode(decoder.decode(input)), seeds, share: FULL_SHARE };
}

const own = (...texts: readonly string[]) => texts.map((line) => encoder.encode(line));

function decodeQ1Stream(): Target["decode"] {
  const q1 = new Q1Decoder(), frame = createFrame(ROOM_NODES);
  const [keyframe] = seedsOf("q1").filter((bytes) => bytes.length > 40);
  return (input) => {
    q1.decodeInto(keyframe, frame);
    return q1.decodeInto(input, frame);
  };
}

const unpack = (format: "gzip" | "deflate-raw"): Target["decode"] => (input) =>
  decompress(input, { format, maxBytes: MAX_INFLATED_BYTES, dialect: "network" });

/** "Hello" in one stored block, as deflate-raw and as gzip. */
const DEFLATED = Uint8Array.fromHex("010500faff48656c6c6f");
const GZIPPED = Uint8Array.fromHex("1f8b0800000000000003010500faff48656c6c6f8289d1f705000000");

export const FUZZED: readonly Target[] = [
  binary("v2", "v2", v2.decode),
  binary("sssp", "sssp", sssp.decode),
  text("sssp source", own('{"type":"sssp","source":7}'), decodeSource),
  binary("v4", "v4", decodeV4),
  binary("v4 positions", "v4", positionUpdate.decode),
  binary("v4 fragments", "v4", (input) => {
    const assembler = new FragmentAssembler({ maxFragments: 4, maxBytes: MAX_INFLATED_BYTES });
    assembler.push(input);
    return assembler.push(input);
  }),
  slow(binary("v4 deflated", "v4", (input) => inflateV4(input, { maxBytes: MAX_INFLATED_BYTES }))),
  binary("q1", "q1", decodeQ1Stream()),
  binary("q1 acknowledgement", "q1_ack", decodeAck),
  binary("envelope", "envelope", decodeEnvelope),
  binary("network frame", "network", decodeNetworkFrame),
  binary("voice frame", "network", (input) => decodeVoicePayload(decodeNetworkFrame(input))),
  text(
    "voice command",
    own('{"type":"voice","data":{"hear":false}}', '{"type":"mute","data":{"user":"u","muted":true}}'),
    parseVoiceCommand,
  ),
  text(
    "voice room",
    own(
      '{"type":"voice","data":{"room":"r","participant":1,"members":[{"participant":1,"user":"u","hear":true,' +
        '"speak":true,"muted":false}]}}',
    ),
    parseRoomState,
  ),
  ...(["agentStatus", "error"] as const).map((type): Target => ({
    name: `network ${type}`,
    decode: (input) => parseNetworkPayload(type, input),
    seeds: own(
      '{"agents":[{"agent_id":"a","name":"A","state":"idle","task":null,"node_id":null}]}',
      '{"code":"limit","message":"Too many.","retry_after":5}',
    ),
    share: FULL_SHARE,
  })),
  text("heartbeat", own('{"type":"ping","timestamp":5}'), parseHeartbeat),
  binary("settings value", "settings_value", decodeValue),
  binary("settings message", "settings_message", decodeSettings),
  text("v1 server", seedsOf("v1"), decodeV1Server),
  text("v1 client", own('{"type":"subscribe","data":{"channels":["notifications","projects.p"]}}'), decodeV1Client),
  text(
    "event",
    own(
      '{"type":"pins","data":{"ids":[1]}}',
      '{"type":"error","data":{"code":"c","message":"m"}}',
      '{"type":"participants","data":{"participants":[{"participant":1,"user":"u","role":"admin","name":"n"}],"count":1}}',
      '{"type":"cameras","data":{"cameras":[{"participant":1,"position":[0,0,1],"target":[0,0,0]}]}}',
      '{"type":"released","data":{"id":7,"reason":"taken","by":{"participant":1,"user":"u"}}}',
    ),
    parseServerEvent,
  ),
  text(
    "event of a client",
    own(
      '{"type":"subscribe","data":{"channels":["status"]}}',
      '{"type":"introduce","data":{"name":"n","color":"#00ff00"}}',
      '{"type":"camera","data":{"position":[0,0,1],"target":[0,0,0]}}',
    ),
    parseClientText,
  ),
  text("realtime client", seedsOf("realtime_client"), parseClientMessage),
  text("realtime server", seedsOf("realtime_server"), parseServerMessage),
  text("control", seedsOf("control"), parseControlMessage),
  text("control subscription", own('{"type":"subscribe","components":["a"],"metrics":["cpu"]}'), parseControlSubscribe),
  text("json-rpc", seedsOf("json_rpc"), parseRpc),
  binary("json-rpc lines", "json_rpc", (input) => new LineSplitter({ maxLineBytes: 64 }).push(input)),
  { name: "gzip", decode: unpack("gzip"), seeds: [GZIPPED], share: STREAM_SHARE },
  { name: "deflate-raw", decode: unpack("deflate-raw"), seeds: [DEFLATED], share: STREAM_SHARE },
];
