/** The golden vectors of `tests/vectors/`, which its README describes: decoded, encoded, refused. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DecodeError } from "../../protocol/codec.ts";
import { encodeControlMessage, parseControlMessage } from "../../protocol/control/status.ts";
import { FieldError } from "../../protocol/fields.ts";
import { createFrame } from "../../protocol/frame.ts";
import { decodeAck, encodeAck, type Q1Ack, Q1Decoder } from "../../protocol/graph/q1.ts";
import { sssp } from "../../protocol/graph/sssp.ts";
import { decodeV1Server, encodeV1, type V1ServerMessage } from "../../protocol/graph/v1.ts";
import { v2 } from "../../protocol/graph/v2.ts";
import { decodeV4, FragmentAssembler, inflateV4 } from "../../protocol/graph/v4.ts";
import {
  encodeRpc,
  encodeRpcBatch,
  parseRpc,
  type RpcInput,
  type RpcInvalid,
  type RpcMessage,
} from "../../protocol/mcp/json_rpc.ts";
import { decodeNetworkFrame, encodeNetworkFrame } from "../../protocol/network/frame.ts";
import { encodeClientMessage, parseClientMessage } from "../../protocol/realtime/client_message.ts";
import { decodeEnvelope, encodeEnvelope, type EnvelopeType } from "../../protocol/realtime/envelope.ts";
import type { Parsed } from "../../protocol/realtime/message.ts";
import { encodeServerMessage, parseServerMessage } from "../../protocol/realtime/server_message.ts";
import { decodeSettings } from "../../protocol/settings/message.ts";
import { decodeValue, encodeValue } from "../../protocol/settings/value.ts";
import {
  buildNetworkFrame,
  buildPaths,
  buildSettings,
  buildV2,
  buildV4,
  buildValue,
  bytesOfHex,
  encodeBuiltSettings,
  encodeBuiltV4,
  toldNodes,
} from "../helpers/vector_values.ts";

interface Outcome<Value> {
  readonly name: string;
  readonly value: Value;
  readonly refused?: true;
  readonly offset?: number;
  /** Other bytes say the same: only decoded. */
  readonly oneWay?: true;
}
type BinaryVector<Value> = Outcome<Value> & { readonly hex: string | readonly string[] };
type TextVector = Outcome<unknown> & { readonly text: string };

interface BinaryCodec<Told, Value> {
  /** What a vector tells, as the codec has it. */
  readonly build: (told: Told) => Value;
  readonly decode: (messages: readonly Uint8Array[]) => Value | Promise<Value>;
  /** Absent where the encoder has a choice in all that it writes. */
  readonly encode?: (value: Value) => Uint8Array;
}

const FOLDER = new URL("../vectors/", import.meta.url);
const textOf = (name: string) => Deno.readTextFileSync(new URL(`${name}.json`, FOLDER));

function proveBinary<Told, Value>(name: string, { build, decode, encode }: BinaryCodec<Told, Value>): void {
  const vectors: BinaryVector<Told>[] = JSON.parse(textOf(name));
  for (const { name: what, hex, value, refused, offset, oneWay } of vectors) {
    Deno.test(`vectors, ${name}: ${what}`, async () => {
      const messages = (typeof hex === "string" ? [hex] : hex).map(bytesOfHex);
      if (refused) {
        await assert.rejects(async () => await decode(messages), (error: unknown) => {
          assert.ok(error instanceof DecodeError, String(error));
          assert.equal(error.offset, offset ?? error.offset);
          return true;
        });
        return;
      }
      assert.deepEqual(await decode(messages), build(value));
      if (!oneWay && encode !== undefined) assert.deepEqual([Uint8Array.from(encode(build(value)))], messages);
    });
  }
}

interface TextCodec<Value> {
  readonly decode: (text: string) => Value;
  readonly encode: (value: Value) => string;
  /** The decoded value as the vector tells it, where that is not the value itself. */
  readonly show?: (value: Value) => unknown;
}

function proveText<Value>(name: string, { decode, encode, show = (value) => value }: TextCodec<Value>): void {
  const vectors: TextVector[] = JSON.parse(textOf(name));
  for (const { name: what, text, value, refused, oneWay } of vectors) {
    Deno.test(`vectors, ${name}: ${what}`, () => {
      if (refused) return void assert.throws(() => decode(text), FieldError);
      const decoded = decode(text);
      // Through JSON: fields that are undefined are absent.
      assert.deepEqual(JSON.parse(JSON.stringify(show(decoded))), value);
      if (!oneWay) assert.equal(encode(decoded), text);
    });
  }
}

proveBinary("v2", { build: buildV2, decode: ([bytes]) => v2.decode(bytes), encode: v2.encode });
proveBinary("sssp", { build: buildPaths, decode: ([bytes]) => sssp.decode(bytes), encode: sssp.encode });
proveBinary("v4", {
  build: buildV4,
  decode: async (messages) => {
    const assembler = new FragmentAssembler({ maxFragments: 8, maxBytes: 4_096 });
    const [whole] = messages.map((message) => assembler.push(message)).slice(-1);
    assert.ok(whole, "the last message of a vector completes it");
    return decodeV4(await inflateV4(whole, { maxBytes: 4_096 }));
  },
  encode: encodeBuiltV4,
});
proveBinary("q1", {
  build: (told: readonly (readonly (readonly number[])[] | null)[]) => told,
  decode: (messages) => {
    const decoder = new Q1Decoder(), frame = createFrame(4);
    return messages.map((message) => {
      if (decoder.decodeInto(message, frame) === "needs keyframe") return null;
      return Array.from({ length: decoder.count }, (_, node) => [...frame.positions.subarray(3 * node, 3 * node + 3)]);
    });
  },
});
proveBinary("q1_ack", { build: (told: Q1Ack) => told, decode: ([bytes]) => decodeAck(bytes), encode: encodeAck });
proveBinary("envelope", {
  build: ({ type, payload }: { type: EnvelopeType; payload: string }) => ({ type, payload: bytesOfHex(payload) }),
  decode: ([bytes]) => {
    const { type, payload } = decodeEnvelope(bytes);
    return { type, payload: payload.slice() };
  },
  encode: encodeEnvelope,
});
proveBinary("network", {
  build: buildNetworkFrame,
  decode: ([bytes]) => {
    const frame = decodeNetworkFrame(bytes);
    return { ...frame, payload: frame.payload.slice() };
  },
  encode: encodeNetworkFrame,
});
proveBinary("settings_value", { build: buildValue, decode: ([bytes]) => decodeValue(bytes), encode: encodeValue });
proveBinary("settings_message", {
  build: buildSettings,
  decode: ([bytes]) => decodeSettings(bytes),
  encode: encodeBuiltSettings,
});

function showV1(message: V1ServerMessage): unknown {
  return message.type === "nodes.update" ? { type: message.type, nodes: toldNodes(message.nodes) } : message;
}

/** The refusal that is handed to the other end, as the error of a text that is none. */
function unwrap<Message>(parsed: Parsed<Message>): Message {
  if (parsed.ok) return parsed.message;
  assert.equal(parsed.answer.data.code, 400);
  throw new FieldError("realtime", "", "a message", parsed.answer.data.message);
}

function valid(item: RpcMessage | RpcInvalid): RpcMessage {
  if (item.type === "invalid") throw new FieldError("json-rpc", "", "a message", item.reason);
  return item;
}

function parseValidRpc(text: string): RpcInput {
  const input = parseRpc(text);
  return input.type === "single" ? { ...input, item: valid(input.item) } : { ...input, items: input.items.map(valid) };
}

proveText("v1", { decode: decodeV1Server, encode: encodeV1, show: showV1 });
proveText("realtime_client", { decode: (text) => unwrap(parseClientMessage(text)), encode: encodeClientMessage });
proveText("realtime_server", { decode: (text) => unwrap(parseServerMessage(text)), encode: encodeServerMessage });
proveText("control", { decode: parseControlMessage, encode: encodeControlMessage });
proveText("json_rpc", {
  decode: parseValidRpc,
  encode: (input) =>
    input.type === "single" ? encodeRpc(valid(input.item)) : encodeRpcBatch(input.items.map(valid)) ?? "",
});

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    try {
      const probe = new Deno.Command(name, { args: ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"] });
      if ((await probe.output()).success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

const python = await findPython();
if (python === undefined) console.log("Skipped: the reader in examples/python; there is no Python 3.9 or later here.");

Deno.test({
  name: "vectors: a reader that was written from the specification alone reads all binary ones",
  ignore: python === undefined,
  fn: async () => {
    const script = fileURLToPath(new URL("../../examples/python/read_vectors.py", import.meta.url));
    const args = ["-B", script, fileURLToPath(FOLDER)];
    const { code, stdout, stderr } = await new Deno.Command(python ?? "", { args }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, text);
  },
});
