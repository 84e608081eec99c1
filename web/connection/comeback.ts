/** When a lost connection is tried again, and whether: the same for every socket of the server. */
import { BACKOFF, backoffDelayMs, retryAfterInReason } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { CLOSE, closeSentence, type ConnectionState, type ProbeResult } from "./connection_state.ts";

/** A connection that lived this long was a success: the next loss starts from the shortest delay. */
const STABLE_MS = 5_000;

/** What a link is doing that is not open. */
export type LostState = Extract<ConnectionState, { kind: "waiting" | "refused" | "ended" }>;

export interface ComebackOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly probe: () => Promise<ProbeResult>;
  /** Nothing is tried while nobody looks. */
  readonly isVisible: () => boolean;
  readonly connect: () => void;
  readonly on: { state?(state: LostState): void; signedOut?(reason: string): void };
}

export interface Loss {
  readonly code: number;
  readonly reason: string;
  /** Absent: the socket never opened. */
  readonly openedAtMs: number | undefined;
}

const nothing = () => {};

export class Comeback {
  #attempt = 0;
  /** What a server that stops has asked for in words. */
  #askedMs: number | undefined;
  #cancelRetry = nothing;
  #waiting: { readonly reason: string; readonly notBeforeMs: number } | undefined;
  /** Grows with every decision to connect or close, so that a late probe answer is not acted on. */
  #epoch = 0;

  constructor(private readonly options: ComebackOptions) {}

  /** Nothing is waited for or asked any more. */
  stop(): void {
    this.#epoch++;
    this.#cancelRetry();
    this.#cancelRetry = nothing;
    this.#waiting = this.#askedMs = undefined;
  }

  /** The server is about to close the connection, and says when to come back. */
  askedBack(afterMs: number): void {
    this.#askedMs = afterMs;
  }

  /** Tries at once, or as soon as the server allows; false where nothing is waited for. */
  wake(): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) return false;
    if (waiting.notBeforeMs <= this.options.clock.now()) this.options.connect();
    else this.#tryAt(waiting.notBeforeMs, waiting.reason);
    return true;
  }

  lost({ code, reason, openedAtMs }: Loss): void {
    const { on, clock } = this.options, sentence = closeSentence(code, reason);
    const floorMs = retryAfterInReason(reason) ?? this.#askedMs;
    this.#askedMs = undefined;
    if (openedAtMs !== undefined && clock.now() - openedAtMs >= STABLE_MS) this.#attempt = 0;
    if (code === CLOSE.normal) return on.state?.({ kind: "ended", reason: sentence });
    if (floorMs !== undefined) return this.#wait(sentence, { floorMs });
    if (code === CLOSE.policy) {
      on.state?.({ kind: "waiting", reason: sentence });
      return void this.#ask(() => on.state?.({ kind: "refused", reason: sentence }));
    }
    if (openedAtMs === undefined) return void this.#ask(() => this.#wait(sentence, { floorMs: 0 }));
    const expected = code === CLOSE.goingAway || code === CLOSE.abnormal;
    this.#wait(sentence, { floorMs: expected ? 0 : BACKOFF.afterServerErrorMs });
  }

  /** Asks REST what the socket could not say; `otherwise` is for a server that would welcome us. */
  async #ask(otherwise: () => void): Promise<void> {
    const asked = ++this.#epoch, { probe, on } = this.options;
    const answer = await probe();
    if (asked !== this.#epoch) return;
    if (answer.kind === "welcome") otherwise();
    else if (answer.kind === "signedOut") on.signedOut?.(answer.reason);
    else if (answer.kind === "refused") on.state?.({ kind: "refused", reason: answer.reason });
    else this.#wait(answer.reason, { floorMs: answer.retryAfterMs ?? 0 });
  }

  #wait(reason: string, { floorMs }: { readonly floorMs: number }): void {
    const { on, clock, random, isVisible } = this.options, nowMs = clock.now();
    this.#waiting = { reason, notBeforeMs: nowMs + Math.min(floorMs, BACKOFF.floorCapMs) };
    if (!isVisible()) return on.state?.({ kind: "waiting", reason });
    this.#tryAt(nowMs + backoffDelayMs(this.#attempt++, { random, floorMs }), reason);
  }

  #tryAt(retryAtMs: number, reason: string): void {
    const { on, clock, isVisible, connect } = this.options;
    this.#cancelRetry();
    on.state?.({ kind: "waiting", reason, retryAtMs });
    this.#cancelRetry = clock.after(Math.max(0, retryAtMs - clock.now()), () => {
      if (isVisible()) connect();
      else on.state?.({ kind: "waiting", reason });
    });
  }
}
