/** V4 filters of one client as they travel: whole, in pieces, deflated, or both. */
import { DecodeError } from "../protocol/codec.ts";
import {
  decodeV4,
  FILTER_BOUNDS,
  FragmentAssembler,
  inflateV4,
  V4_FLAG,
  V4_HEADER_BYTES,
  type V4Message,
} from "../protocol/graph/v4.ts";
import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import { Refusal } from "./refusal.ts";

export interface V4IntakeOptions {
  readonly clock: Pick<Clock, "after">;
  readonly onMessage: (message: V4Message) => void;
  /** What a message failed with that took its time; `take` throws what fails at once. May throw it again. */
  readonly onError: (error: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

const BOUNDS = { maxFragments: LIMITS.filterFragments.value, maxBytes: FILTER_BOUNDS.payloadBytes };

/**
 * Nothing else is ever cut or deflated on its way here. Filters keep their order, also where one has to be inflated.
 * Memory: the payloads of one unfinished filter, and of those that wait to be inflated.
 */
export class V4Intake {
  #fragments = new FragmentAssembler(BOUNDS);
  #cancelDeadline: (() => void) | undefined;
  #deflated: Uint8Array[] = [];

  constructor(private readonly options: V4IntakeOptions) {}

  /** One FilterUpdate, or a part of it. @throws {DecodeError | Refusal} and what `onMessage` throws. */
  take(bytes: Uint8Array): void {
    const payloadBytes = bytes.byteLength - V4_HEADER_BYTES;
    if (payloadBytes > BOUNDS.maxBytes) {
      throw new DecodeError("v4", V4_HEADER_BYTES, `at most ${BOUNDS.maxBytes} bytes of payload`, String(payloadBytes));
    }
    const whole = this.#joined(bytes);
    if (whole === undefined) return;
    const isDeflated = (whole[2] & V4_FLAG.deflated) !== 0;
    if (!isDeflated && this.#deflated.length === 0) return this.options.onMessage(decodeV4(whole));
    if (this.#deflated.length >= LIMITS.filtersToInflate.value) {
      throw new Refusal("limit", `At most ${LIMITS.filtersToInflate.value} filters wait to be inflated.`);
    }
    // A copy: the bytes are the socket's.
    if (this.#deflated.push(whole.slice()) === 1) void this.#inflate();
  }

  /** Forgets what is unfinished: its connection is gone. */
  reset(): void {
    this.#fragments = new FragmentAssembler(BOUNDS);
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    this.#deflated = [];
  }

  #joined(bytes: Uint8Array): Uint8Array | undefined {
    try {
      return this.#fragments.push(bytes);
    } finally {
      if (this.#fragments.waitingBytes === 0) {
        this.#cancelDeadline?.();
        this.#cancelDeadline = undefined;
      } else {
        this.#cancelDeadline ??= this.options.clock.after(LIMITS.filterFragmentsMs.value, () => this.#giveUp());
      }
    }
  }

  #giveUp(): void {
    this.#fragments = new FragmentAssembler(BOUNDS);
    this.#cancelDeadline = undefined;
    const seconds = LIMITS.filterFragmentsMs.value / 1000;
    this.#tell(new Refusal("bad_message", `The last fragment of a filter is missing after ${seconds} s.`));
  }

  async #inflate(): Promise<void> {
    const queue = this.#deflated, isForgotten = () => queue !== this.#deflated;
    for (; queue.length > 0 && !isForgotten(); queue.shift()) {
      try {
        const plain = await inflateV4(queue[0], BOUNDS);
        if (!isForgotten()) this.options.onMessage(decodeV4(plain));
      } catch (error) {
        if (!isForgotten()) this.#tell(error);
      }
    }
  }

  #tell(error: unknown): void {
    try {
      this.options.onError(error);
    } catch (fault) {
      this.options.onFault(fault);
    }
  }
}
