/**
 * The talking process of a voice run: speakers and listeners over plain TCP. Prints a line when all are connected; on
 * `start` everybody speaks, and then what was heard, and how late, is told.
 */
import { encodeVoiceData } from "../../protocol/graph/v4.ts";
import { encodeVoiceFrame } from "../../protocol/network/voice.ts";
import type { Voice } from "../../protocol/voice.ts";
import { MessageScanner } from "./message_scanner.ts";
import { clientFrame, openSocket, type PlainSocket } from "./plain_socket.ts";
import { linesOf } from "./processes.ts";
import { quantile } from "./quantile.ts";
import { wallMs } from "./scenario.ts";

export interface VoiceRun {
  readonly port: number;
  readonly speakers: number;
  readonly listeners: number;
  readonly packetsPerSecond: number;
  readonly packetBytes: number;
  readonly speakAt: "/ws" | "/ws/voice";
  readonly listenAt: "/ws" | "/ws/voice";
  /** Of listeners at `/ws`. */
  readonly rateHz: number;
  readonly seconds: number;
}

export interface VoiceReport {
  readonly said: number;
  readonly heard: number;
  /** From just before a packet is written until one of ten listeners has read its last byte: p50, p95, p99, the most. */
  readonly latencyMs: readonly number[];
  /** Of positions. */
  readonly frames: number;
}

/** Where the audio begins, which here begins with the time at which it was said. */
const AUDIO_AT = { "/ws": 12, "/ws/voice": 28 };
const ROOM = "bench", READ_BYTES = 1 << 18;
/**
 * So many listeners read at once, and what they hear is timed. The others read now and then, as much as there is: a read
 * for each message of each of a hundred would take the processor that the server is measured on.
 */
const TIMED = 10, LAZY_MS = 20;
/** The first second is for warming up. */
const WARM_MS = 1000;

const open = ({ port }: VoiceRun, at: "/ws" | "/ws/voice", options: { name: string; rateHz: number }) =>
  openSocket({ port, at, room: ROOM, dialect: "v4", rateHz: options.rateHz }, options.name);

interface Reader {
  readonly onMessage: (head: DataView) => void;
  /** Between two reads. */
  readonly restMs: number;
}

function read({ connection, first }: PlainSocket, { onMessage, restMs }: Reader): void {
  const scanner = new MessageScanner((head, isBinary) => isBinary && onMessage(head)),
    room = new Uint8Array(READ_BYTES);
  scanner.push(first);
  const readOn = async () => {
    for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
      scanner.push(room.subarray(0, count));
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  };
  void readOn().catch(() => {});
}

/** A second's worth of packets, evenly, each with the time it is written at. */
async function speak(run: VoiceRun, { connection }: PlainSocket, phase: number): Promise<number> {
  const { packetsPerSecond, packetBytes, seconds, speakAt } = run, stepMs = 1000 / packetsPerSecond;
  const startMs = wallMs() + phase * stepMs, audio = new Uint8Array(packetBytes), time = new DataView(audio.buffer);
  let sequence = 0;
  for (; sequence < seconds * packetsPerSecond; sequence++) {
    const dueMs = startMs + sequence * stepMs;
    const waitMs = dueMs - wallMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    time.setFloat64(0, wallMs(), true);
    const voice: Voice = { codec: "opus", channels: 1, sequence, sampleRate: 48_000, audio };
    const stamp = { timestampMs: 0, priority: "critical" } as const;
    const bytes = speakAt === "/ws" ? encodeVoiceData(voice) : encodeVoiceFrame({ speaker: 0, voice }, stamp);
    await connection.write(clientFrame(bytes));
  }
  return sequence;
}

/** What all listeners hear together. */
class Ears {
  readonly latencies: number[] = [];
  heard = 0;
  frames = 0;
  /** Before that nothing is timed. */
  fromMs = Infinity;

  constructor(private readonly at: VoiceRun["listenAt"]) {}

  onMessage(head: DataView, { isTimed }: { readonly isTimed: boolean }): void {
    const isVoice = this.at === "/ws" ? head.getUint8(1) === 0x07 : head.getUint8(0) === 0x02, nowMs = wallMs();
    if (!isVoice) return void this.frames++;
    this.heard++;
    if (isTimed && nowMs >= this.fromMs) this.latencies.push(nowMs - head.getFloat64(AUDIO_AT[this.at], true));
  }
}

async function main(run: VoiceRun): Promise<void> {
  const ears = new Ears(run.listenAt), speakers: PlainSocket[] = [];
  for (let k = 0; k < run.listeners; k++) {
    const isTimed = k < TIMED, onMessage = (head: DataView) => ears.onMessage(head, { isTimed });
    const listener = await open(run, run.listenAt, { name: `listener-${k}`, rateHz: run.rateHz });
    read(listener, { onMessage, restMs: isTimed ? 0 : LAZY_MS });
  }
  for (let k = 0; k < run.speakers; k++) {
    const speaker = await open(run, run.speakAt, { name: `speaker-${k}`, rateHz: 1 });
    read(speaker, { onMessage() {}, restMs: LAZY_MS });
    speakers.push(speaker);
  }
  console.log("ready");
  for await (const _ of linesOf(Deno.stdin.readable)) {
    ears.fromMs = wallMs() + WARM_MS;
    ears.frames = 0;
    const counts = await Promise.all(speakers.map((speaker, k) => speak(run, speaker, k / run.speakers)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const said = counts.reduce((sum, count) => sum + count, 0), sorted = ears.latencies.toSorted((a, b) => a - b);
    const latencyMs = [0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share));
    const report: VoiceReport = { said, heard: ears.heard, latencyMs, frames: ears.frames };
    console.log(JSON.stringify(report));
  }
}

if (import.meta.main) await main(JSON.parse(Deno.args[0]));
