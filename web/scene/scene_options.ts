/** What a scene is made with, and what it tells. */
import type { Insets } from "./camera_rig.ts";
import type { Camera } from "../state/person.ts";
import type { ReadFrame } from "./frame_slot.ts";

export interface SceneDrag {
  readonly id: number;
  readonly phase: "start" | "move" | "end";
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface SceneOptions {
  readonly host: HTMLElement;
  readonly canEdit: () => boolean;
  readonly reducedMotion: () => boolean;
  readonly readFrame: ReadFrame;
  readonly now: () => number;
  /** What panels cover beside a selected node. */
  readonly insets: (viewport: { width: number; height: number }) => Insets;
  readonly on: {
    /** A click on a node, or beside all. */
    select(id: number | undefined): void;
    drag(drag: SceneDrag): void;
    /** The camera has moved. */
    look(camera: Camera): void;
    /** The newest frame is on the screen. */
    shown(): void;
    graphics(state: "lost" | "restored"): void;
    /** Why a frame could not be read. */
    problem(error: unknown): void;
  };
}
