/** Time as an argument: tests hand in their own. */
export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /** Runs `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}
