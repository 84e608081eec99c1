/** The handshake as both engines do it: what is asked, and an answer in any case. */

import { LIMITS } from "../limits.ts";
import type { FrameServerOptions, TransportTimeouts, UpgradeDecision, UpgradeRequest } from "./frame_socket.ts";

export function resolveTimeouts(asked: Partial<TransportTimeouts> = {}): TransportTimeouts {
  return {
    headerMs: LIMITS.headerMs.value,
    requestMs: LIMITS.requestMs.value,
    handshakeMs: LIMITS.handshakeMs.value,
    closeMs: LIMITS.closeMs.value,
    heartbeatMs: LIMITS.heartbeatMs.value,
    ...asked,
  };
}

export function faultReporter({ onFault }: FrameServerOptions): (error: unknown) => void {
  return onFault ?? ((error) => console.error(error));
}

export function clockOf({ now }: FrameServerOptions): () => number {
  return now ?? (() => performance.now());
}

/** An IPv4 peer of a socket bound to `::` has the address it has everywhere else. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

export function plainResponse(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "connection": "close" },
  });
}

/** Whether a Host header names one host, so that an address built with it reads as it was sent. */
export function isHost(host: string | null): host is string {
  return host !== null && /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`);
}

export const MALFORMED_ADDRESS = "Malformed Host header or address.";

/** Asks `upgrade`, and answers for it when it throws, takes too long or picks a subprotocol nobody offered. */
export async function decideUpgrade(
  options: FrameServerOptions,
  request: UpgradeRequest,
  { handshakeMs }: TransportTimeouts,
): Promise<UpgradeDecision> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<UpgradeDecision>((resolve) => {
    timer = setTimeout(() => resolve(refuse(503, "The server is too busy; try again.")), handshakeMs);
  });
  try {
    const decision = await Promise.race([options.upgrade(request), tooLate]);
    if (decision.accept && decision.protocol !== undefined && !offers(request.headers, decision.protocol)) {
      throw new RangeError(`Subprotocol ${decision.protocol} was not offered.`);
    }
    return decision;
  } catch (error) {
    faultReporter(options)(error);
    return refuse(500, "Internal error.");
  } finally {
    clearTimeout(timer);
  }
}

export function refuse(status: number, text: string): UpgradeDecision {
  return { accept: false, response: plainResponse(status, text) };
}

function offers(headers: Headers, protocol: string): boolean {
  const offered = headers.get("sec-websocket-protocol") ?? "";
  return offered.split(",").some((name) => name.trim() === protocol);
}
