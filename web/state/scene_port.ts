import type { NodeFrame } from "../../protocol/frame.ts";
import type { HudSample } from "./app_state.ts";
import type { Other } from "./person.ts";

/** Edges by id of their ends. */
export interface EdgeEnds {
  readonly count: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/** What is known of nodes beside their places. Shape: one entry per node, in the graph's order. */
export interface NodeNames {
  readonly labels: readonly string[];
  readonly degrees: readonly number[];
  /** Indices into `typeNames`. */
  readonly types: readonly number[];
  readonly typeNames: readonly string[];
  /** Palette slot, see `coloring.ts`. */
  readonly slots: Uint8Array;
}

/** Whether a graph is the one that was shown, changed, or came with a new connection and may be any. */
export type Arrival = "change" | "connection";

/** The scene as the rest of the page sees it. Without WebGL there is none, and everything else goes on. */
export interface ScenePort {
  load(nodes: NodeFrame, edges: EdgeEnds, arrival: Arrival): void;
  /** Places without a graph, where nothing was shown before: they can be looked at, and nothing else. */
  showPoints(frame: NodeFrame): void;
  /** An undecoded position frame, newer than all before. */
  publish(bytes: Uint8Array): void;
  /**
   * A decoded frame of what was loaded last, newer than all before; copied. It came as so many bytes. What the scene is
   * made with is told when it is on the screen.
   */
  place(frame: NodeFrame, messageBytes: number): "waits";
  setNames(names: NodeNames | undefined): void;
  setPins(ids: Iterable<number>): void;
  select(id: number | undefined): void;
  /** Marks the nodes of a path, in order, and the edges between them; without one, nothing. */
  showPath(ids: readonly number[] | undefined): void;
  /** Shows what the other people do, and where they look; replaces what was shown. */
  showOthers(others: readonly Other[]): void;
  /** The node is in another's hand now: ours has let go. Answers its name, where that is known. */
  letGo(id: number): string | undefined;
  flyTo(id: number): void;
  fit(): void;
  /** Units: radians. */
  orbit(azimuth: number, polar: number): void;
  /** `factor` below 1 comes closer. */
  zoom(factor: number): void;
  setTheme(theme: "dark" | "light"): void;
  sample(): HudSample;
  dispose(): void;
}
