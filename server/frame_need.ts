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
  #takers = 0;
  /** Those who take more than rounded positions. */
  readonly #whole = new Set<Taker>();

  constructor(private readonly onNeed: (detail: FrameDetail) => void) {}

  add(taker: Taker): void {
    this.#takers++;
    this.changed(taker);
  }

  /** It takes something else than before. */
  changed(taker: Taker): void {
    if (takesRounded(taker)) this.#whole.delete(taker);
    else this.#whole.add(taker);
    this.#tell();
  }

  remove(taker: Taker): void {
    this.#takers--;
    this.#whole.delete(taker);
    this.#tell();
  }

  #tell(): void {
    const detail = this.#takers > 0 && this.#whole.size === 0 ? "rounded" : "full";
    if (detail === this.#told) return;
    this.#told = detail;
    this.onNeed(detail);
  }
}
