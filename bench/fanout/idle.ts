/**
 * The waiting process of a connections run: on `more` opens the next thousands of idle sockets, then measures the round trip
 * of an active client's heartbeats, and tells both.
 */
import { encodeHeartbeat } from "../../protocol/graph/v4.ts";
import { linesOf } from "./processes.ts";
import { clientFrame, openSocket } from "./plain_socket.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";

const STEP = 4500, HEARTBEATS = 200;
/** The server takes so many of one account and of one address. */
const PER_USER = 60, PER_ADDRESS = 250;

type Run = Scenario & { readonly port: number };

async function openIdle(run: Run, number: number): Promise<void> {
  const from = `address-${Math.floor(number / PER_ADDRESS)}`;
  const { connection } = await openSocket({ ...run, from }, `idle-${Math.floor(number / PER_USER)}`);
  const room = new Uint8Array(256);
  const readOn = async (): Promise<void> => {
    while (await connection.read(room) !== null);
  };
  void readOn().catch(() => {});
}

/** Milliseconds from a heartbeat to its answer, one after the other. */
async function measure(run: Run): Promise<number[]> {
  const { connection, first } = await openSocket({ ...run, dialect: "v4" }, "active"), room = new Uint8Array(65_536);
  const frame = clientFrame(encodeHeartbeat(0, { reply: false })), times: number[] = [];
  // Whatever the socket begins with has come when the first answer has.
  let isReply = false, seen = first.length;
  for (let k = 0; k <= HEARTBEATS; k++) {
    const startMs = performance.now();
    await connection.write(frame);
    for (isReply = false; !isReply;) {
      const count = await connection.read(room) ?? 0;
      seen += count;
      isReply = endsWithReply(room.subarray(0, count));
    }
    if (k > 0) times.push(performance.now() - startMs);
  }
  connection.close();
  if (seen === 0) throw new Error("The active client was sent nothing.");
  return times;
}

/** V4's heartbeat with the reply flag: 04 05 80 00 and eight bytes, at the end of what came. */
function endsWithReply(bytes: Uint8Array): boolean {
  const at = bytes.length - 12;
  return at >= 0 && bytes[at] === 4 && bytes[at + 1] === 5 && bytes[at + 2] === 0x80 && bytes[at + 3] === 0;
}

async function main(run: Run): Promise<void> {
  let open = 0;
  console.log("ready");
  for await (const _ of linesOf(Deno.stdin.readable)) {
    const end = Math.min(run.clients, open + STEP);
    while (open < end) {
      const batch = Array.from({ length: Math.min(50, end - open) }, (_, k) => openIdle(run, open + k));
      await Promise.all(batch);
      open += batch.length;
    }
    console.log(JSON.stringify({ open, roundTripsMs: await measure(run) }));
  }
}

if (import.meta.main) await main(scenarioOf(Deno.args));
