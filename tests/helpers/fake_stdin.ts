import type { PasswordInput } from "../../server/auth/password_input.ts";

export interface FakeStdin extends PasswordInput {
  /** What `setRaw` was told, in order. */
  readonly rawModes: boolean[];
}

/** A standard input that delivers one chunk a read, cut where it is longer than the buffer, and then ends. */
export function createFakeStdin(
  { isTerminal, chunks }: { isTerminal: boolean; chunks: readonly (string | Uint8Array)[] },
): FakeStdin {
  const waiting = chunks.map((chunk) => typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  const rawModes: boolean[] = [];
  return {
    rawModes,
    isTerminal: () => isTerminal,
    setRaw: (raw) => void rawModes.push(raw),
    read(buffer) {
      const chunk = waiting.shift();
      if (chunk === undefined) return Promise.resolve(null);
      const count = Math.min(chunk.length, buffer.length);
      buffer.set(chunk.subarray(0, count));
      if (count < chunk.length) waiting.unshift(chunk.subarray(count));
      return Promise.resolve(count);
    },
  };
}
