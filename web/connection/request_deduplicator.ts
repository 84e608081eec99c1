/** One request in flight per key; whoever asks meanwhile shares its answer. */
interface Flight<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export class RequestDeduplicator<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /**
   * The answer to the request under way for `key`, or to the one that `start` begins.
   * A caller who aborts is let go alone; the request itself is aborted when nobody waits for it any more.
   * @throws what `start` rejects with, for everybody who shares it, or the reason of `signal`.
   */
  async ask(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, start);
    flight.waiting++;
    const left = Promise.withResolvers<never>();
    const leave = () => {
      if (--flight.waiting === 0) {
        this.#end(key, flight);
        flight.controller.abort(signal?.reason);
      }
      left.reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([flight.answer, left.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  /** Whoever asks from now on gets a fresh answer: something was changed that the ones under way may not know. */
  forget(): void {
    this.#flights.clear();
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { answer: start(controller.signal), controller, waiting: 0 };
    this.#flights.set(key, flight);
    const over = () => this.#end(key, flight);
    flight.answer.then(over, over);
    return flight;
  }

  #end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
