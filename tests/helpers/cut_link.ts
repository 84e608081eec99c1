/** A link that can be lost: TCP passed on to a server, until it is cut without a word, or goes dead in the middle. */

export class CutLink {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #pairs = new Set<readonly [Deno.TcpConn, Deno.TcpConn]>();
  readonly #pumps: Promise<void>[] = [];
  #isDead = false;

  constructor(private readonly port: number) {
    this.#pumps.push(this.#accept());
  }

  /** The same address, by way of this link. */
  by(url: string): string {
    return url.replace(`:${this.port}`, `:${this.#listener.addr.port}`);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      const far = await this.#reach();
      if (far === undefined) {
        near.close();
        continue;
      }
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      this.#pumps.push(this.#pump(near, far, pair), this.#pump(far, near, pair));
    }
  }

  /** Nothing, where the server has stopped. */
  async #reach(): Promise<Deno.TcpConn | undefined> {
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return undefined;
      throw error;
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, pair: readonly [Deno.TcpConn, Deno.TcpConn]): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
        for (let at = 0; at < count && !this.#isDead;) at += await to.write(buffer.subarray(at, count));
      }
    } catch (error) {
      // Whoever closes a connection ends what is read from it, and written to it.
      if (
        !(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
          error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)
      ) throw error;
    }
    this.#close(pair);
  }

  #close(pair: readonly [Deno.TcpConn, Deno.TcpConn]): void {
    if (this.#pairs.delete(pair)) { for (const end of pair) end.close(); }
  }

  /** Both ends see their connections break. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#close(pair);
  }

  /** Nothing comes through any more, and nobody is told. */
  die(): void {
    this.#isDead = true;
  }

  async close(): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.all(this.#pumps);
  }
}
