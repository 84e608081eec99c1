/** Time, as something that is handed over: tests move it by hand. */
export interface Clock {
  /** Milliseconds from some moment on; never goes back. For intervals. */
  now(): number;
  /** Milliseconds since 1970, as the machine believes. For what leaves the process. */
  wallNow(): number;
  /** Calls back once after `delayMs`; returns how to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
