/**
 * The working process of a connections run: V4 clients that each send a heartbeat ten times a second, whether or not the
 * one before has been answered. On `measure` they do so for a while, and how long the answers took is told.
 */
import { encodeHeartbeat, V4_FLAG, V4_TYPE } from "../../protocol/graph/v4.ts";
import { MessageScanner } from "./message_scanner.ts";
import { clientFrame, openSocket, PONG } from "./plain_socket.ts";
import { linesOf } from "./processes.ts";
import type { Place } from "./scenario.ts";

export interface ActiveRun {
  readonly place: Place;
  readonly clients: number;
  readonly seconds: number;
}

const BEAT_MS = 100, READ_BYTES = 1 << 16;
const HEARTBEAT = clientFrame(encodeHeartbeat(0, { reply: false }));

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Answers come in the order of their questions. */
class Beating {
  readonly #askedMs: number[] = [];
  #roundTripsMs: number[] = [];

  private constructor(private readonly connection: Deno.Conn, first: Uint8Array) {
    const scanner = new MessageScanner((head) => this.#read(head), () => void connection.write(PONG));
    scanner.push(first);
    const room = new Uint8Array(READ_BYTES);
    const readOn = async () => {
      for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
        scanner.push(room.subarray(0, count));
      }
    };
    void readOn();
  }

  static async open(place: Place, name: string): Promise<Beating> {
    const { connection, first } = await openSocket({ ...place, dialect: "v4", rateHz: 20, from: "active" }, name);
    return new Beating(connection, first);
  }

  #read(head: DataView): void {
    if (head.getUint8(1) !== V4_TYPE.heartbeat || (head.getUint8(2) & V4_FLAG.reply) === 0) return;
    const askedMs = this.#askedMs.shift();
    if (askedMs !== undefined) this.#roundTripsMs.push(performance.now() - askedMs);
  }

  /** Units: milliseconds. */
  async measure(seconds: number, phase: number): Promise<readonly number[]> {
    this.#roundTripsMs = [];
    const beats = Math.floor(1000 * seconds / BEAT_MS), startMs = performance.now() + phase * BEAT_MS;
    for (let beat = 0; beat < beats; beat++) {
      await pause(Math.max(0, startMs + beat * BEAT_MS - performance.now()));
      this.#askedMs.push(performance.now());
      await this.connection.write(HEARTBEAT);
    }
    while (this.#askedMs.length > 0) await pause(BEAT_MS);
    return this.#roundTripsMs;
  }
}

async function main({ place, clients, seconds }: ActiveRun): Promise<void> {
  const open = Array.from({ length: clients }, (_, k) => Beating.open(place, `active-${k}`));
  const beating = await Promise.all(open);
  console.log("ready");
  for await (const _ of linesOf(Deno.stdin.readable)) {
    const times = await Promise.all(beating.map((one, k) => one.measure(seconds, k / clients)));
    console.log(JSON.stringify(times.flat()));
  }
}

if (import.meta.main) await main(JSON.parse(Deno.args[0]));
