/** What goes over a page's graph socket, read as an onlooker reads it: Q1 for positions, V4 for all else. */
import type { Page } from "playwright-core";
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { peekQ1, Q1_VERSION, Q1Decoder } from "../../protocol/graph/q1.ts";
import { decodeV4, type V4Message } from "../../protocol/graph/v4.ts";

export interface PageWireEvents {
  /** Shape: x, y, z per node, the caller's to keep; each coordinate within `tolerance` of the server's. */
  onPositions?(positions: Float32Array, tolerance: number): void;
  onSent?(message: V4Message): void;
}

/** Reports what comes and goes on every socket that the page opens from now on. */
export function watchWire(page: Page, { onPositions, onSent }: PageWireEvents): void {
  page.on("websocket", (socket) => {
    const decoder = new Q1Decoder();
    let frame: NodeFrame = createFrame(0);
    socket.on("framesent", ({ payload }) => {
      if (typeof payload !== "string" && payload[0] !== Q1_VERSION) onSent?.(decodeV4(payload));
    });
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string" || payload[0] !== Q1_VERSION) return;
      const { count } = peekQ1(payload);
      if (count !== frame.count) frame = createFrame(count);
      if (decoder.decodeInto(payload, frame) === "frame") onPositions?.(frame.positions.slice(), decoder.quantum);
    });
  });
}
