/** Watchers that are due together: those of one dialect and rate. */
import type { NodeFrame } from "../protocol/frame.ts";
import { Cadence } from "./cadence.ts";
import type { ServedDialect } from "./frame_encoders.ts";

/** Between two frames of a layout that does not move: as the documents ask, and for Q1 a sign of life. */
export const STABLE_INTERVAL_MS: Record<ServedDialect, number> = {
  v2: 1000,
  v4: 1000,
  q1: 5000,
  sssp: 1000,
};

/** What the watchers of one rhythm have in common. */
export interface Beat {
  readonly dialect: ServedDialect;
  readonly rateHz: number;
}

export interface Rhythm<Member> {
  readonly key: string;
  readonly cadence: Cadence;
  readonly stableMs: number;
  readonly members: Set<Member>;
  /** The frame it ticked with last. */
  ticked: NodeFrame | undefined;
  /** Members who are still to be told that frame again, as a sign of life, and when the next few of them are. */
  pulse: { readonly members: Iterator<Member>; dueMs: number } | undefined;
}

/** Every rhythm that somebody follows. */
export class Rhythms<Member extends { rhythm: Rhythm<Member> }> {
  readonly #rhythms = new Map<string, Rhythm<Member>>();

  /** The rhythm of a beat; it stays when somebody joins it. */
  of({ dialect, rateHz }: Beat, now: number): Rhythm<Member> {
    const key = `${dialect} ${rateHz}`, known = this.#rhythms.get(key);
    if (known !== undefined) return known;
    const cadence = new Cadence(1000 / rateHz, dialect, now), stableMs = STABLE_INTERVAL_MS[dialect];
    const created = { key, cadence, stableMs, members: new Set<Member>(), ticked: undefined, pulse: undefined };
    this.#rhythms.set(key, created);
    return created;
  }

  leave(member: Member): void {
    const { members, key } = member.rhythm;
    members.delete(member);
    if (members.size === 0) this.#rhythms.delete(key);
  }

  move(member: Member, beat: Beat, now: number): void {
    this.leave(member);
    member.rhythm = this.of(beat, now);
    member.rhythm.members.add(member);
  }

  values(): Iterable<Rhythm<Member>> {
    return this.#rhythms.values();
  }

  clear(): void {
    this.#rhythms.clear();
  }
}

/** When a rhythm has something to do even if nothing new is published. */
export function nextTickMs<Member>({ ticked, cadence, stableMs, pulse }: Rhythm<Member>, frame: NodeFrame): number {
  if (pulse !== undefined) return pulse.dueMs;
  return ticked === frame ? cadence.tickedMs + stableMs : cadence.latestMs;
}
