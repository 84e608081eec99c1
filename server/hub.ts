import type { EventChannel } from "../protocol/graph/events.ts";

/** A connection that may have asked for events. */
export interface Subscriber {
  readonly channels: ReadonlySet<EventChannel>;
  offerState(channel: EventChannel, text: string): void;
}

/** Who is connected, and who wants to hear what. */
export class Hub<Member extends Subscriber> {
  readonly #members = new Set<Member>();

  get size(): number {
    return this.#members.size;
  }

  add(member: Member): void {
    this.#members.add(member);
  }

  remove(member: Member): void {
    this.#members.delete(member);
  }

  /** A snapshot: members may leave while it is walked. */
  members(): Member[] {
    return [...this.#members];
  }

  find(wanted: (member: Member) => boolean): Member | undefined {
    for (const member of this.#members) if (wanted(member)) return member;
    return undefined;
  }

  subscribers(channel: EventChannel): Member[] {
    return this.members().filter((member) => member.channels.has(channel));
  }
}
