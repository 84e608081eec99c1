/**
 * The watching process of a fan-out run: plain TCP with just enough WebSocket to find where messages begin and end, so that
 * many clients fit beside the server on one machine. Prints a line when all are connected, and a report when told to stop.
 */
import { encodeAck } from "../../protocol/graph/q1.ts";
import { linesOf } from "./processes.ts";
import { clientFrame, openSocket } from "./plain_socket.ts";
import { type ClientReport, type Scenario, scenarioOf, wallMs } from "./scenario.ts";

/** So many bytes at the start of a message hold its sequence, in every dialect. */
const HEAD_BYTES = 28;
const READ_BYTES = 1 << 20;

/** Finds messages in what arrives. Only what the server of this run sends: unmasked, unfragmented, no pings answered. */
class MessageScanner {
  readonly #header = new Uint8Array(10);
  readonly #head = new DataView(new ArrayBuffer(HEAD_BYTES));
  #headerBytes = 0;
  #headBytes = 0;
  #left = 0;

  constructor(private readonly onMessage: (head: DataView, isBinary: boolean) => void) {}

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) at = this.#left === 0 ? this.#readHeader(chunk, at) : this.#skip(chunk, at);
  }

  #readHeader(chunk: Uint8Array, from: number): number {
    let at = from;
    const header = this.#header;
    const wanted = () => this.#headerBytes < 2 ? 2 : header[1] === 127 ? 10 : header[1] === 126 ? 4 : 2;
    while (this.#headerBytes < wanted() && at < chunk.length) header[this.#headerBytes++] = chunk[at++];
    if (this.#headerBytes < wanted()) return at;
    const view = new DataView(header.buffer);
    this.#left = header[1] === 127 ? Number(view.getBigUint64(2)) : header[1] === 126 ? view.getUint16(2) : header[1];
    this.#headBytes = 0;
    if (this.#left === 0) this.#headerBytes = 0;
    return at;
  }

  #skip(chunk: Uint8Array, from: number): number {
    const length = Math.min(this.#left, chunk.length - from);
    for (let k = 0; k < length && this.#headBytes < HEAD_BYTES; k++) {
      this.#head.setUint8(this.#headBytes++, chunk[from + k]);
    }
    this.#left -= length;
    if (this.#left === 0) {
      this.#headerBytes = 0;
      this.onMessage(this.#head, (this.#header[0] & 15) === 2);
    }
    return from + length;
  }
}

function sequenceOf({ dialect, path }: Scenario, head: DataView): number {
  if (path === "raw" || dialect === "v2") return head.getFloat32(16, true);
  return dialect === "v4" ? head.getFloat32(24, true) : head.getUint32(8, true);
}

interface OpenWatcher {
  readonly report: { sequences: number[]; readAtMs: number[]; bytes: number };
  readonly reading: Promise<void>;
}

async function openWatcher(scenario: Scenario & { readonly port: number }, name: string): Promise<OpenWatcher> {
  const { dialect } = scenario, { connection, first } = await openSocket(scenario, name);
  const report = { sequences: [] as number[], readAtMs: [] as number[], bytes: 0 };
  const scanner = new MessageScanner((head, isBinary) => {
    if (!isBinary) return;
    const sequence = sequenceOf(scenario, head);
    report.sequences.push(sequence);
    report.readAtMs.push(wallMs());
    if (dialect === "q1") void connection.write(clientFrame(encodeAck({ sequence, credit: 2, needsKeyframe: false })));
  });
  const room = new Uint8Array(READ_BYTES);
  scanner.push(first);
  const read = async () => {
    for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
      report.bytes += count;
      scanner.push(room.subarray(0, count));
    }
  };
  return { report, reading: read().catch(() => {}) };
}

async function main(scenario: Scenario & { readonly port: number }): Promise<void> {
  const watchers: OpenWatcher[] = [];
  for (let k = 0; k < scenario.clients; k++) watchers.push(await openWatcher(scenario, `watcher-${k}`));
  console.log("connected");
  for await (const _ of linesOf(Deno.stdin.readable)) {
    const reports: ClientReport[] = watchers.map(({ report }) => report);
    console.log(JSON.stringify(reports));
  }
}

if (import.meta.main) await main(scenarioOf(Deno.args));
