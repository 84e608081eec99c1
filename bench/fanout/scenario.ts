/** What a fan-out run is about; travels as JSON on the command line of its two processes. */
import type { ServedDialect } from "../../server/frame_encoders.ts";
import type { TransportName } from "../../server/transport/mod.ts";

export interface Scenario {
  readonly transport: TransportName;
  /** Isolates that carry the sockets; absent: the main one does. */
  readonly ioWorkers?: number;
  readonly dialect: ServedDialect;
  /** `orrery`: the whole path from a published frame on. `raw`: a buffer of the same size, straight to the sockets. */
  readonly path: "orrery" | "raw";
  readonly nodes: number;
  readonly clients: number;
  readonly rateHz: number;
  readonly seconds: number;
  /** Loopback addresses that the server listens on; absent: one. */
  readonly addresses?: number;
}

/** Where a server listens. */
export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** When each frame was published, by sequence, and what it cost to serve them all. */
export interface ServerReport {
  readonly publishedAtMs: readonly number[];
  readonly cpuShare: number;
  readonly rssBytes: number;
}

/** Sequence and time of each frame that one client has read to its end. */
export interface ClientReport {
  readonly sequences: readonly number[];
  readonly readAtMs: readonly number[];
  readonly bytes: number;
}

/** One clock for all processes of this machine. Units: ms. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** @throws {TypeError} where the command line carries none. */
export function scenarioOf(args: readonly string[]): Scenario & { readonly port: number } {
  if (args[0] === undefined) throw new TypeError("Cannot run without a scenario: start bench/fanout_bench.ts.");
  return JSON.parse(args[0]);
}
