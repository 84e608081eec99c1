/**
 * A waiting process of a connections run: on `more` opens the next part of its idle sockets, and tells how many are open.
 * They read what comes, answer pings, and say of Q1's frames that they have shown them.
 */
import { encodeAck } from "../../protocol/graph/q1.ts";
import { MessageScanner } from "./message_scanner.ts";
import { clientFrame, openSocket, PONG } from "./plain_socket.ts";
import { linesOf } from "./processes.ts";
import type { Place, Scenario } from "./scenario.ts";

/** The server takes so many of one account and of one address. */
const PER_USER = 60, PER_ADDRESS = 250;
/** Handshakes at once. */
const BATCH = 50;
const SUBSCRIBE = JSON.stringify({ type: "subscribe", data: { channels: ["status", "pins", "selections", "layout"] } });

export interface IdleRun extends Pick<Scenario, "dialect"> {
  readonly places: readonly Place[];
  /** Number of its first socket among those of all processes. */
  readonly first: number;
  readonly count: number;
  readonly steps: number;
  /** Subscribes to what is told in words. */
  readonly events: boolean;
}

async function openIdle({ places, dialect, events }: IdleRun, number: number): Promise<void> {
  const place = places[number % places.length], from = `address-${Math.floor(number / PER_ADDRESS)}`;
  const address = { ...place, dialect, rateHz: 60, from };
  const { connection, first } = await openSocket(address, `idle-${Math.floor(number / PER_USER)}`);
  const scanner = new MessageScanner((head, isBinary) => {
    if (!isBinary || dialect !== "q1") return;
    const sequence = head.getUint32(8, true);
    void connection.write(clientFrame(encodeAck({ sequence, credit: 2, needsKeyframe: false })));
  }, () => void connection.write(PONG));
  if (events) await connection.write(clientFrame(new TextEncoder().encode(SUBSCRIBE), { isText: true }));
  scanner.push(first);
  const room = new Uint8Array(256);
  const readOn = async (): Promise<void> => {
    for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
      scanner.push(room.subarray(0, count));
    }
    throw new Error(`The server closed idle socket ${number}.`);
  };
  readOn().catch((error) => {
    console.error(error);
    Deno.exit(1);
  });
}

async function main(run: IdleRun): Promise<void> {
  let open = 0, step = 0;
  console.log("ready");
  for await (const _ of linesOf(Deno.stdin.readable)) {
    const end = Math.round(run.count * ++step / run.steps);
    while (open < end) {
      const batch = Array.from({ length: Math.min(BATCH, end - open) }, (_, k) => openIdle(run, run.first + open + k));
      await Promise.all(batch);
      open += batch.length;
    }
    console.log(open);
  }
}

if (import.meta.main) await main(JSON.parse(Deno.args[0]));
