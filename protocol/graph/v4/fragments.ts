/**
 * Long messages in pieces: each fragment has the header of the whole, flag bit 3 on all but the last, and a slice of
 * the payload. Fragments of one type follow each other; messages of other types may come between them, which is why
 * anybody cuts messages up.
 */
import { viewOf } from "../../bytes.ts";
import { fail, hex, readPlainHeader, readTransferHeader, V4_FLAG, V4_HEADER_BYTES } from "./header.ts";

/**
 * Cuts a message into fragments of at most `fragmentBytes`, header included; one that fits stays whole.
 * @throws {RangeError} when `fragmentBytes` leaves no room for a payload; {DecodeError} for a type that is never cut, or a
 * message that is a fragment itself.
 */
export function fragmentV4(
  message: Uint8Array,
  { fragmentBytes }: { readonly fragmentBytes: number },
): Uint8Array<ArrayBuffer>[] {
  const step = fragmentBytes - V4_HEADER_BYTES;
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(
      `Cannot cut into fragments of ${fragmentBytes} bytes: the header alone has ${V4_HEADER_BYTES}.`,
    );
  }
  if (message.length <= fragmentBytes) return [message.slice()];
  const { flags } = readPlainHeader(viewOf(message));
  if ((flags & V4_FLAG.moreFragments) !== 0) fail(2, "a whole message", "a fragment");
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = V4_HEADER_BYTES; at < message.length; at += step) {
    const isLast = at + step >= message.length, slice = message.subarray(at, at + step);
    const fragment = new Uint8Array(V4_HEADER_BYTES + slice.length);
    fragment.set(message.subarray(0, V4_HEADER_BYTES));
    if (!isLast) fragment[2] |= V4_FLAG.moreFragments;
    fragment.set(slice, V4_HEADER_BYTES);
    fragments.push(fragment);
  }
  return fragments;
}

interface Open {
  readonly flags: number;
  readonly slices: Uint8Array[];
  bytes: number;
}

export interface FragmentBounds {
  /** Fragments of one message. */
  readonly maxFragments: number;
  /** Payload bytes that wait in all unfinished messages together. */
  readonly maxBytes: number;
}

/**
 * Puts fragments together. Invariant: what waits never exceeds the bounds, whatever is pushed; a refused fragment drops
 * the unfinished message of its type.
 */
export class FragmentAssembler {
  readonly #open = new Map<number, Open>();
  #bytes = 0;

  constructor(readonly bounds: FragmentBounds) {}

  /** Payload bytes that wait at present. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /**
   * The whole message, once its last fragment has come; `undefined` before. One that was never cut comes back as it is.
   * @throws {DecodeError} for a bad header, flags that change on the way, an empty fragment, or more than the bounds.
   */
  push(message: Uint8Array): Uint8Array | undefined {
    const { type, flags } = readTransferHeader(viewOf(message));
    const isLast = (flags & V4_FLAG.moreFragments) === 0, open = this.#open.get(type);
    if (open === undefined && isLast) return message;
    try {
      const all = this.#add(open ?? this.#start(type, flags), message, flags);
      return isLast ? this.#finish(type, message, all) : undefined;
    } catch (error) {
      this.#drop(type);
      throw error;
    }
  }

  #start(type: number, flags: number): Open {
    const open: Open = { flags: flags & ~V4_FLAG.moreFragments, slices: [], bytes: 0 };
    this.#open.set(type, open);
    return open;
  }

  #add(open: Open, message: Uint8Array, flags: number): Open {
    const length = message.length - V4_HEADER_BYTES, { maxFragments, maxBytes } = this.bounds;
    const kept = flags & ~V4_FLAG.moreFragments;
    if (kept !== open.flags) fail(2, `the flags of the first fragment, ${hex(open.flags)}`, hex(kept));
    if (length === 0) fail(V4_HEADER_BYTES, "a part of the payload", "an empty fragment");
    if (open.slices.length >= maxFragments) fail(V4_HEADER_BYTES, `at most ${maxFragments} fragments`, "one more");
    if (this.#bytes + length > maxBytes) {
      fail(V4_HEADER_BYTES, `at most ${maxBytes} bytes in unfinished messages`, this.#bytes + length);
    }
    open.slices.push(message.slice(V4_HEADER_BYTES));
    open.bytes += length;
    this.#bytes += length;
    return open;
  }

  #finish(type: number, last: Uint8Array, open: Open): Uint8Array {
    const whole = new Uint8Array(V4_HEADER_BYTES + open.bytes);
    whole.set(last.subarray(0, V4_HEADER_BYTES));
    let at = V4_HEADER_BYTES;
    for (const slice of open.slices) {
      whole.set(slice, at);
      at += slice.length;
    }
    this.#drop(type);
    return whole;
  }

  #drop(type: number): void {
    this.#bytes -= this.#open.get(type)?.bytes ?? 0;
    this.#open.delete(type);
  }
}
