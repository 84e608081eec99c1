/**
 * An honest client on a thread of its own, so that what it measures is the server's delay and not that of the attacks:
 * round trips of V4 heartbeats, and the gaps between the frames of a moving layout.
 *
 * The frames carry no time. A heartbeat's answer passes the same event loop, outbox and socket, so what it takes is a
 * bound of how late a frame can be.
 */
import { decodeV4, encodeHeartbeat, peekType, V4_TYPE } from "../../protocol/graph/v4.ts";
import type { BystanderOrder, Sighting } from "./bystander.ts";

/** How often it asks; the layout's frames are due every 50 ms. */
const ASK_MS = 20;

declare const self: {
  onmessage: ((event: MessageEvent<BystanderOrder>) => void) | null;
  postMessage(answer: unknown): void;
};

let roundTripsMs: number[] = [],
  gapsMs: number[] = [],
  frameAtMs: number | undefined,
  timer: ReturnType<typeof setInterval> | undefined;
let socket: WebSocket | undefined;

function receive({ data }: MessageEvent<ArrayBuffer>): void {
  const bytes = new Uint8Array(data), nowMs = performance.now();
  if (peekType(bytes) !== V4_TYPE.heartbeat) {
    if (frameAtMs !== undefined) gapsMs.push(nowMs - frameAtMs);
    frameAtMs = nowMs;
    return;
  }
  const message = decodeV4(bytes);
  if (message.type !== "heartbeat") return;
  if (message.reply) roundTripsMs.push(nowMs - message.timeMs);
  else socket?.send(encodeHeartbeat(message.timeMs, { reply: true }));
}

function ask(): void {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(encodeHeartbeat(performance.now(), { reply: false }));
  }
}

function connect(url: string): void {
  socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = receive;
  socket.onopen = () => {
    timer = setInterval(ask, ASK_MS);
    self.postMessage("open");
  };
  socket.onclose = ({ code, reason }) => {
    clearInterval(timer);
    self.postMessage({ lost: `${code} ${reason}` });
  };
}

self.onmessage = ({ data: order }) => {
  if (order.order === "connect") return connect(order.url);
  if (order.order === "look") {
    [roundTripsMs, gapsMs, frameAtMs] = [[], [], undefined];
    return self.postMessage("looking");
  }
  if (order.order === "tell") return self.postMessage({ roundTripsMs, gapsMs } satisfies Sighting);
  clearInterval(timer);
  if (socket !== undefined) socket.onclose = () => self.postMessage("closed");
  socket?.close();
};
