/** What the isolates of one listening port tell each other: whole values, copied or handed over, never shared. */
import type { TransportTimeouts } from "../frame_socket.ts";

export interface ListenAt {
  readonly engine: "deno" | "ws";
  readonly hostname: string;
  readonly port: number;
  readonly timeouts: TransportTimeouts;
}

type HeaderList = readonly (readonly [string, string])[];

/** A request, read as far as its bound allows. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: ArrayBuffer | undefined;
}

/** Its body follows part by part, as the other side asks for them. */
export interface PlainResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
}

export type Decision =
  | { readonly accept: true; readonly protocol: string | undefined; readonly maxMessageBytes: number }
  /** The answer to the request is the refusal. */
  | { readonly accept: false };

/** One message for each of these sockets. */
export interface Parcel {
  readonly data: Uint8Array | string;
  readonly sockets: readonly number[];
}

/** From the isolate of the sessions to one of the sockets. `request` is the number that the asking side gave. */
export type ToWorker =
  | { readonly kind: "listen"; readonly at: ListenAt }
  | { readonly kind: "answer"; readonly request: number; readonly response: PlainResponse }
  /** Absent bytes: the body ends here; `isBroken`: before it was whole. */
  | {
    readonly kind: "part";
    readonly request: number;
    readonly bytes: Uint8Array | undefined;
    readonly isBroken: boolean;
  }
  | { readonly kind: "decision"; readonly request: number; readonly decision: Decision }
  | { readonly kind: "send"; readonly parcels: readonly Parcel[] }
  /** So many bytes of this socket's messages have been listened to. */
  | { readonly kind: "heard"; readonly socket: number; readonly bytes: number }
  | { readonly kind: "ping" | "terminate"; readonly socket: number }
  | { readonly kind: "close"; readonly socket: number; readonly code: number; readonly reason: string }
  | { readonly kind: "stop" };

/** A socket has the number of the request that it was opened by. */
export type FromWorker =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly isTaken: boolean; readonly message: string }
  | {
    readonly kind: "fetch" | "upgrade";
    readonly request: number;
    readonly asked: PlainRequest;
    readonly remoteAddress: string;
  }
  /** The next part of this response, or no more of it. */
  | { readonly kind: "pull" | "cancel"; readonly request: number }
  | { readonly kind: "opened"; readonly socket: number; readonly pongs: "peer" | "runtime" }
  | { readonly kind: "message"; readonly socket: number; readonly data: Uint8Array | string }
  | { readonly kind: "pong"; readonly socket: number }
  | { readonly kind: "flood"; readonly socket: number }
  /** Bytes of this socket that the kernel has taken since it was opened. */
  | { readonly kind: "taken"; readonly reports: readonly { readonly socket: number; readonly bytes: number }[] }
  | { readonly kind: "closed"; readonly socket: number; readonly code: number; readonly reason: string }
  | { readonly kind: "fault"; readonly name: string; readonly message: string }
  | { readonly kind: "stopped" };

export const byteLength = (data: Uint8Array | string) =>
  typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
