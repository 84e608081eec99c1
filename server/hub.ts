import type { EventChannel } from "../protocol/graph/events.ts";

/** A connection that may have asked for events. */
export interface Subscriber {
  /** Its number, unlike that of any other. */
  readonly options: { readonly participant: number };
  readonly channels: ReadonlySet<EventChannel>;
  offerState(channel: EventChannel, text: string): void;
}

/** Who is connected, and who wants to hear what. */
export class Hub<Member extends Subscriber> {
  /** By number, in the order in which they came. */
  readonly #members = new Map<number, Member>();

  get size(): number {
    return this.#members.size;
  }

  add(member: Member): void {
    this.#members.set(member.options.participant, member);
  }

  remove(member: Member): void {
    this.#members.delete(member.options.participant);
  }

  /** A snapshot: members may leave while it is walked. */
  members(): Member[] {
    return [...this.#members.values()];
  }

  find(participant: number): Member | undefined {
    return this.#members.get(participant);
  }

  subscribers(channel: EventChannel): Member[] {
    return this.members().filter((member) => member.channels.has(channel));
  }
}
