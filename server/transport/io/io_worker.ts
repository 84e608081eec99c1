/// <reference lib="deno.worker" />
/**
 * One isolate that carries sockets: it listens on the port that others listen on as well, and knows nothing of sessions.
 * What it is asked it passes on; what it is to send, it sends.
 */
import { LIMITS } from "../../limits.ts";
import { openDenoServer } from "../deno_server.ts";
import {
  type FrameServer,
  type FrameSocket,
  PortInUseError,
  type SocketListener,
  type UpgradeDecision,
  type UpgradeRequest,
} from "../frame_socket.ts";
import { openNodeServer } from "../node_server.ts";
import {
  byteLength,
  type Decision,
  type FromWorker,
  type ListenAt,
  type Parcel,
  type PlainResponse,
  type ToWorker,
} from "./messages.ts";
import { plainRequest, responseOf } from "./plain_http.ts";

/** How often a socket whose buffer is not empty is looked at. */
const LOOK_MS = 4;

const tell = (message: FromWorker, handedOver: Transferable[] = []) => self.postMessage(message, handedOver);

interface Carried {
  readonly socket: FrameSocket;
  /** Bytes that were to be sent, and those of them that the kernel is known to have taken. */
  given: number;
  taken: number;
  /** Bytes that came and were not listened to yet. */
  unheard: number;
}

let server: FrameServer | undefined, requests = 0, look: ReturnType<typeof setTimeout> | undefined;
const answers = new Map<number, (response: PlainResponse) => void>();
const bodies = new Map<number, ReadableStreamDefaultController<Uint8Array>>();
const decisions = new Map<number, (decision: Decision) => void>();
const carried = new Map<number, Carried>(), watched = new Set<number>();

async function listen({ engine, timeouts, ...place }: ListenAt): Promise<void> {
  const open = engine === "deno" ? openDenoServer : openNodeServer;
  const onFault = (error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: "fault", name, message });
  };
  try {
    server = await open({ ...place, timeouts, isShared: true, fetch: askForAnswer, upgrade: askForDecision, onFault });
    tell({ kind: "listening", port: server.port });
  } catch (error) {
    const isTaken = error instanceof PortInUseError;
    tell({ kind: "failed", isTaken, message: error instanceof Error ? error.message : String(error) });
  }
}

async function askForAnswer(request: Request, remoteAddress: string): Promise<Response> {
  const asked = await plainRequest(request, LIMITS.requestBodyBytes.value), number = ++requests;
  tell({ kind: "fetch", request: number, asked, remoteAddress }, asked.body === undefined ? [] : [asked.body]);
  return await answerTo(number);
}

/** Holds one part of the body at a time: the next is asked for when the peer has read on. */
async function answerTo(number: number): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<PlainResponse>();
  answers.set(number, resolve);
  const response = await promise;
  if (!response.hasBody) return responseOf(response, null);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void bodies.set(number, controller),
    pull: () => tell({ kind: "pull", request: number }),
    cancel() {
      bodies.delete(number);
      tell({ kind: "cancel", request: number });
    },
  }, { highWaterMark: 0 });
  return responseOf(response, body);
}

function takePart({ request, bytes, isBroken }: Extract<ToWorker, { kind: "part" }>): void {
  const body = bodies.get(request);
  if (bytes !== undefined) return body?.enqueue(bytes);
  bodies.delete(request);
  if (isBroken) body?.error(new Error("The response broke off."));
  else body?.close();
}

async function askForDecision({ url, headers, remoteAddress }: UpgradeRequest): Promise<UpgradeDecision> {
  const number = ++requests, asked = { method: "GET", url: url.href, headers: [...headers], body: undefined };
  const { promise, resolve } = Promise.withResolvers<Decision>();
  decisions.set(number, resolve);
  tell({ kind: "upgrade", request: number, asked, remoteAddress });
  const decision = await promise;
  if (!decision.accept) return { accept: false, response: await answerTo(number) };
  return { ...decision, open: (socket) => carry(number, socket) };
}

function carry(number: number, socket: FrameSocket): SocketListener {
  const one: Carried = { socket, given: 0, taken: 0, unheard: 0 };
  carried.set(number, one);
  tell({ kind: "opened", socket: number, pongs: socket.pongs });
  return {
    onMessage(data) {
      one.unheard += byteLength(data);
      if (one.unheard > LIMITS.unheardBytes.value) {
        return socket.close(1008, "Messages come faster than they are taken.");
      }
      const own = typeof data === "string" ? data : data.slice();
      tell({ kind: "message", socket: number, data: own }, typeof own === "string" ? [] : [own.buffer]);
    },
    onPong: () => tell({ kind: "pong", socket: number }),
    onFlood: () => tell({ kind: "flood", socket: number }),
    onClose(code, reason) {
      carried.delete(number);
      watched.delete(number);
      tell({ kind: "closed", socket: number, code, reason });
    },
  };
}

function send(parcels: readonly Parcel[]): void {
  for (const { data, sockets } of parcels) {
    const length = byteLength(data);
    for (const number of sockets) {
      const one = carried.get(number);
      if (one === undefined) continue;
      one.given += length;
      one.socket.send(data);
      watched.add(number);
    }
  }
  if (watched.size > 0) look ??= setTimeout(reportTaken);
}

/** Tells what the kernel has taken, and looks again where something is left. */
function reportTaken(): void {
  const reports: { socket: number; bytes: number }[] = [];
  for (const number of watched) {
    const one = carried.get(number);
    if (one === undefined) continue;
    const left = one.socket.bufferedBytes, taken = Math.max(one.taken, one.given - left);
    if (left === 0) watched.delete(number);
    if (taken === one.taken) continue;
    one.taken = taken;
    reports.push({ socket: number, bytes: taken });
  }
  if (reports.length > 0) tell({ kind: "taken", reports });
  look = watched.size > 0 ? setTimeout(reportTaken, LOOK_MS) : undefined;
}

async function stop(): Promise<void> {
  await server?.close();
  clearTimeout(look);
  tell({ kind: "stopped" });
}

function take<T>(waiting: Map<number, (value: T) => void>, number: number, value: T): void {
  waiting.get(number)?.(value);
  waiting.delete(number);
}

self.onmessage = ({ data: message }: MessageEvent<ToWorker>): void => {
  switch (message.kind) {
    case "listen":
      return void listen(message.at);
    case "answer":
      return take(answers, message.request, message.response);
    case "part":
      return takePart(message);
    case "decision":
      return take(decisions, message.request, message.decision);
    case "send":
      return send(message.parcels);
    case "stop":
      return void stop();
  }
  const one = carried.get(message.socket);
  if (one === undefined) return;
  switch (message.kind) {
    case "heard":
      one.unheard -= message.bytes;
      return;
    case "ping":
      return one.socket.ping();
    case "terminate":
      return one.socket.terminate();
    case "close":
      return one.socket.close(message.code, message.reason);
  }
};
