/**
 * An honest client on a thread of its own, so that what it measures is the server's delay and not that of the attacks:
 * round trips of V4 heartbeats and the gaps between the frames of a moving layout, on one socket; on another, in Q1 as the
 * page does, when each frame is read: those carry their number. Acknowledgements on the first socket would keep its
 * heartbeats waiting for the kernel's delayed ones, which a client whose small messages leave at once does not see.
 */
import { encodeAck } from "../../protocol/graph/q1.ts";
import { viewOf } from "../../protocol/bytes.ts";
import { decodeV4, encodeHeartbeat, peekType, V4_TYPE } from "../../protocol/graph/v4.ts";
import { wallMs } from "../fanout/scenario.ts";
import type { BystanderOrder, SeenFrame, Sighting } from "./bystander.ts";

/** How often it asks; the layout's frames are due every 50 ms. */
const ASK_MS = 20;
const CREDIT = 2;
/** Of a Q1 frame. */
const SEQUENCE_AT = 8;

declare const self: {
  onmessage: ((event: MessageEvent<BystanderOrder>) => void) | null;
  postMessage(answer: unknown): void;
};

let roundTripsMs: number[] = [],
  lateMs: number[] = [],
  dueMs = 0,
  gapsMs: number[] = [],
  frames: SeenFrame[] = [],
  frameAtMs: number | undefined,
  askedAtMs: number | undefined,
  timer: ReturnType<typeof setTimeout> | undefined;
let asking: WebSocket | undefined;
const sockets: WebSocket[] = [];

function hearV4(bytes: Uint8Array): void {
  const nowMs = performance.now();
  if (peekType(bytes) !== V4_TYPE.heartbeat) {
    if (frameAtMs !== undefined) gapsMs.push(nowMs - frameAtMs);
    frameAtMs = nowMs;
    return;
  }
  const message = decodeV4(bytes);
  if (message.type !== "heartbeat") return;
  if (message.reply) {
    roundTripsMs.push(nowMs - message.timeMs);
    if (message.timeMs === askedAtMs) self.postMessage(nowMs - message.timeMs);
  } else asking?.send(encodeHeartbeat(message.timeMs, { reply: true }));
}

function hearQ1(bytes: Uint8Array, socket: WebSocket): void {
  const sequence = viewOf(bytes).getUint32(SEQUENCE_AT, true);
  frames.push({ sequence, readAtMs: wallMs() });
  socket.send(encodeAck({ sequence, credit: CREDIT, needsKeyframe: false }));
}

/** Returns the time that the question carries, and its answer. */
function ask(): number {
  const nowMs = performance.now();
  if (asking?.readyState === WebSocket.OPEN) asking.send(encodeHeartbeat(nowMs, { reply: false }));
  return nowMs;
}

/** How late this thread is for its own timer: nobody's delay but the machine's. */
function askOnTime(): void {
  const nowMs = performance.now();
  lateMs.push(Math.max(0, nowMs - dueMs));
  dueMs = nowMs + ASK_MS;
  timer = setTimeout(askOnTime, ASK_MS);
  ask();
}

async function open(url: string, hear: (bytes: Uint8Array, socket: WebSocket) => void): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => hear(new Uint8Array(data), socket);
  socket.onclose = ({ code, reason }) => {
    clearTimeout(timer);
    self.postMessage({ lost: `${code} ${reason}` });
  };
  await new Promise((resolve) => socket.onopen = resolve);
  sockets.push(socket);
  return socket;
}

async function connect(url: string): Promise<void> {
  asking = await open(`${url}&protocol=v4`, hearV4);
  await open(`${url}&protocol=q1`, hearQ1);
  dueMs = performance.now();
  askOnTime();
  self.postMessage("open");
}

async function close(): Promise<void> {
  clearTimeout(timer);
  await Promise.all(sockets.map((socket) => {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    return closed;
  }));
  self.postMessage("closed");
}

self.onmessage = ({ data: order }) => {
  if (order.order === "connect") return void connect(order.url);
  if (order.order === "look") {
    [roundTripsMs, lateMs, gapsMs, frames, frameAtMs] = [[], [], [], [], undefined];
    return self.postMessage("looking");
  }
  if (order.order === "answer") {
    askedAtMs = ask();
    return;
  }
  if (order.order === "tell") return self.postMessage({ roundTripsMs, lateMs, gapsMs, frames } satisfies Sighting);
  void close();
};
