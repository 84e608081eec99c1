/** What this client shows of itself to the others, said again over every connection. */
import { type Camera, encodeCamera, encodeIntroduction, type Introduction } from "../../protocol/graph/presence.ts";
import type { Clock } from "./clock.ts";

/** Cameras are told to others no oftener than this. */
const CAMERA_INTERVAL_MS = 100;

export class OwnPresence {
  #introduction: Introduction | undefined;
  #camera: Camera | undefined;
  /** The last camera text of this session; absent while nothing has been said of one. */
  #said: string | undefined;
  #saidAtMs = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Pick<Clock, "now" | "after">,
    private readonly send: (text: string) => void,
  ) {}

  introduce(introduction: Introduction): void {
    this.#introduction = introduction;
    this.send(encodeIntroduction(introduction));
  }

  /** The newest is sent, when it is another one, as often as it is of use; without a camera, that there is none. */
  look(camera: Camera | undefined): void {
    this.#camera = camera;
    if (this.#cancel !== undefined) return;
    const waitMs = this.#saidAtMs + CAMERA_INTERVAL_MS - this.clock.now();
    if (waitMs <= 0) this.#sayCamera();
    else this.#cancel = this.clock.after(waitMs, () => this.#sayCamera());
  }

  #sayCamera(): void {
    this.#cancel = undefined;
    const text = encodeCamera(this.#camera);
    if (text === this.#said || (this.#said === undefined && this.#camera === undefined)) return;
    this.#said = text;
    this.#saidAtMs = this.clock.now();
    this.send(text);
  }

  /** A connection knows nothing of us yet. */
  opened(): void {
    this.closed();
    this.#said = undefined;
    if (this.#introduction !== undefined) this.send(encodeIntroduction(this.#introduction));
    this.#sayCamera();
  }

  /** A connection knows of us what the one before did, which may not be the newest. */
  resumed(): void {
    this.closed();
    if (this.#introduction !== undefined) this.send(encodeIntroduction(this.#introduction));
    if (this.#said !== undefined) this.#said = "";
    this.#sayCamera();
  }

  closed(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
