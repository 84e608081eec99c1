import type { EventChannel, ServerEvent } from "../protocol/graph/events.ts";

/** A connection that may have asked for events. */
export interface Subscriber {
  readonly channels: ReadonlySet<EventChannel>;
  /** Frames per second this connection is offered; told to it in its status. */
  readonly rateHz: number;
  sendEvent(event: ServerEvent): void;
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

  /** Sends to everyone on `channel` what `eventFor` makes of them; `undefined` sends nothing. */
  publish(channel: EventChannel, eventFor: (member: Member) => ServerEvent | undefined): void {
    for (const member of this.members()) {
      if (!member.channels.has(channel)) continue;
      const event = eventFor(member);
      if (event !== undefined) member.sendEvent(event);
    }
  }
}
