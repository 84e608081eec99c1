/** Attacks on the framing of RFC 6455. */
import {
  ascii,
  BINARY,
  CLOSE,
  concat,
  frameBytes,
  handshakeBytes,
  PING,
  RawClient,
  TEXT,
} from "../../tests/server/transport/raw_client.ts";
import { compress } from "../../protocol/compression.ts";
import { type Attack, endOf, flood, socketTarget, tally, type Target, upgraded } from "./attack.ts";

const MIB = 1 << 20;
const DROPS = "it drops the connection without a close frame";

/** One connection for each frame; how each ended. */
async function each(target: Target, frames: readonly Uint8Array[]): Promise<string> {
  const ends = frames.map(async (bytes) => {
    const client = await upgraded(target);
    await client.pour(bytes, 1);
    return await endOf(client, { withinMs: 1000 });
  });
  return tally(await Promise.all(ends));
}

const single = (frame: Uint8Array) => (target: Target) => each(target, [frame]);
const repeated = (bytes: Uint8Array, times: number) => concat(...Array.from({ length: times }, () => bytes));

const unfinished = (opcode: number, payload: Uint8Array) => frameBytes(opcode, payload, { unfinished: true });

export const frameAttacks: readonly Attack[] = [
  {
    name: "reserved opcodes and bits, broken control frames",
    documented: "closed with 1002",
    expected: { ws: /^closed with 1002$/, deno: /^connection dropped$/ },
    lacks: DROPS,
    run: (target) =>
      each(target, [
        ...[1, 2, 4].map((reservedBits) => frameBytes(BINARY, ascii("abc"), { reservedBits })),
        ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => frameBytes(opcode, ascii("abc"))),
        frameBytes(0, ascii("a continuation of nothing")),
        frameBytes(PING, ascii("in pieces"), { unfinished: true }),
        frameBytes(PING, new Uint8Array(126)),
        frameBytes(CLOSE, new Uint8Array(1)),
      ]),
  },
  {
    name: "unmasked frames",
    documented: "closed with 1002",
    expected: { ws: /^closed with 1002$/, deno: /^still open$/ },
    lacks: "it takes them as if they were masked",
    run: single(frameBytes(PING, ascii("abc"), { unmasked: true })),
  },
  {
    name: "text that is not UTF-8",
    documented: "closed with 1007",
    expected: { ws: /^closed with 1007$/, deno: /^connection dropped$/ },
    lacks: DROPS,
    run: (target) =>
      each(
        target,
        [[0xc3, 0x28], [0xff], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]].map((bytes) =>
          frameBytes(TEXT, Uint8Array.from(bytes))
        ),
      ),
  },
  {
    name: "a frame that says it has 2⁶³ bytes",
    documented: "closed with 1009",
    expected: { ws: /^closed with 1009$/, deno: /^connection dropped$/ },
    lacks: DROPS,
    run: (target) => {
      const frame = frameBytes(BINARY, new Uint8Array(), { declaredLength: 70_000 });
      new DataView(frame.buffer).setBigUint64(2, 0x7fff_ffff_ffff_ffffn);
      return each(target, [frame]);
    },
  },
  {
    name: "a message of 100 MB",
    documented: "closed with 1009 at its header",
    expected: { ws: /^closed with 1009$/, deno: /^connection dropped$/ },
    lacks: "it drops frames above 64 MiB, and takes shorter ones whole before their length is checked",
    async run(target) {
      const client = await upgraded(target);
      const header = frameBytes(BINARY, new Uint8Array(), { declaredLength: 100_000_000 });
      await client.write(header);
      return await flood(client, new Uint8Array(MIB), { forMs: 1500 });
    },
  },
  {
    name: "endless fragments of 64 KiB",
    documented: "closed with 1009 once they pass 1 MiB",
    expected: { ws: /^closed with 1009$/, deno: /^still open$/ },
    lacks: "it has no limit on a message that arrives in fragments, and holds them all until the peer goes",
    async run(target) {
      const client = await upgraded(target), fragment = new Uint8Array(65_536);
      await client.write(unfinished(BINARY, fragment));
      // No more than this: what the built-in engine takes is memory of the machine that runs the tests.
      const rest = unfinished(0, fragment);
      await client.pour(rest, 2000);
      return await endOf(client, { withinMs: 1000 });
    },
  },
  {
    name: "endless empty fragments",
    documented: "closed with 1008 after 16,384",
    expected: { ws: /^closed with 1008$/, deno: /^still open$/ },
    lacks: "it has no limit on fragments",
    async run(target) {
      const client = await upgraded(target), nothing = unfinished(0, new Uint8Array());
      await client.write(unfinished(BINARY, new Uint8Array()));
      await client.pour(repeated(nothing, 1000), 40);
      return await endOf(client, { withinMs: 1000 });
    },
  },
  {
    name: "permessage-deflate: offered, then used to deflate a bomb",
    documented: "not negotiated; a frame that is compressed all the same is closed with 1002",
    expected: { ws: /^not negotiated, closed with 1002$/, deno: /^not negotiated, connection dropped$/ },
    lacks: DROPS,
    async run({ port, token }) {
      const client = await RawClient.connect(port);
      const moreHeaders = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"];
      const bomb = await compress(new Uint8Array(64 * MIB), "deflate-raw");
      await client.write(handshakeBytes(port, { target: socketTarget({ token }), moreHeaders }));
      const isNegotiated = /permessage-deflate/i.test(await client.readHead());
      await client.pour(frameBytes(BINARY, bomb, { reservedBits: 4 }), 1);
      const end = await endOf(client, { withinMs: 2000 });
      return `${isNegotiated ? "negotiated" : "not negotiated"}, ${end}`;
    },
  },
];
