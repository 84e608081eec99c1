/**
 * The watching process of a fan-out run: plain TCP with just enough WebSocket to find where messages begin and end, so that
 * many clients fit beside the server on one machine. Prints a line when all are connected, and a report when told to stop.
 */
import { encodeAck } from "../../protocol/graph/q1.ts";
import { MessageScanner } from "./message_scanner.ts";
import { linesOf } from "./processes.ts";
import { clientFrame, openSocket } from "./plain_socket.ts";
import { type ClientReport, type Scenario, scenarioOf, wallMs } from "./scenario.ts";

const READ_BYTES = 1 << 20;

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
