import type { FrameDetail } from "../gpu/mod.ts";
import type { ServedDialect } from "./frame_encoders.ts";

/** Of a watcher, what decides how much of a frame it takes. */
export interface Taker {
  readonly watcher: { readonly dialect: ServedDialect };
  readonly lens: unknown;
  readonly isAnswerDue: boolean;
}

/** Rounded positions are all it is sent. */
export function takesRounded(taker: Taker): boolean {
  return taker.watcher.dialect === "q1" && !tellsGraph(taker);
}

/** Whether it is told of its nodes by a FullGraph; who reads Q1 without a filter has them by REST. */
export function tellsGraph({ watcher: { dialect }, lens, isAnswerDue }: Taker): boolean {
  return dialect === "v4" || (dialect === "q1" && (lens !== undefined || isAnswerDue));
}

/** How much of the frames all watchers together take, told when it changes; full while nobody watches. */
export class FrameNeed {
  #told: FrameDetail = "full";

  constructor(private readonly onNeed: (detail: FrameDetail) => void) {}

  ask(takers: Iterable<Taker>): void {
    let count = 0, rounded = 0;
    for (const taker of takers) {
      count++;
      if (takesRounded(taker)) rounded++;
    }
    const detail = count > 0 && rounded === count ? "rounded" : "full";
    if (detail === this.#told) return;
    this.#told = detail;
    this.onNeed(detail);
  }
}
