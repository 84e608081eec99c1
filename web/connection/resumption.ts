/** What this client comes back with after a loss, and which events it has heard. See `docs/protocol/resume.md`. */
import { type ResumeData, withResume } from "../../protocol/graph/resume.ts";

export class Resumption {
  /** Good once; absent where there is nothing to come back to. */
  #token: string | undefined;
  #sequence = 0;

  get isPossible(): boolean {
    return this.#token !== undefined;
  }

  /** Where to connect: back to the session there was, or to a new one. */
  address(url: string): string {
    return this.#token === undefined ? url : withResume(url, { token: this.#token, sequence: this.#sequence });
  }

  /** False for an event that was heard before. */
  hear({ seq }: { readonly seq?: number }): boolean {
    if (seq === undefined) return true;
    if (seq <= this.#sequence) return false;
    this.#sequence = seq;
    return true;
  }

  /** The server says what comes of this connection. */
  told(data: ResumeData): void {
    if (!data.resumed) this.forget();
    if ("token" in data) this.#token = data.token;
  }

  /** The session is over. */
  forget(): void {
    this.#token = undefined;
    this.#sequence = 0;
  }
}
