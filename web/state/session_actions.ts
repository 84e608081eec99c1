import type { RestClient } from "../connection/rest_client.ts";
import type { TokenStore } from "../connection/token.ts";
import type { AppState } from "./app_state.ts";

/** Coming in and going out. */
export class SessionActions {
  readonly #state: AppState;
  readonly #rest: RestClient;
  readonly #tokens: TokenStore;

  constructor(parts: { state: AppState; rest: RestClient; tokens: TokenStore }) {
    this.#state = parts.state;
    this.#rest = parts.rest;
    this.#tokens = parts.tokens;
  }

  /** Uses the token at hand, if there is one. */
  async resume(): Promise<void> {
    if (this.#tokens.read() === undefined) return this.#signedOut(undefined);
    const answer = await this.#rest.session();
    if (answer.ok) {
      const { user, role } = answer.value;
      this.#state.session.value = { kind: "signedIn", user, role };
    } else if (answer.error.status === 401) this.end(answer.error.message);
    else this.#state.session.value = { kind: "unreachable", reason: answer.error.message };
  }

  /** Returns a sentence when it did not work. */
  async signIn(username: string, password: string): Promise<string | undefined> {
    const answer = await this.#rest.login(username, password);
    if (!answer.ok) {
      const { message, retryAfterS } = answer.error;
      return retryAfterS === undefined ? message : `${message} Try again in ${Math.ceil(retryAfterS)} s.`;
    }
    this.#tokens.write(answer.value.token);
    await this.resume();
    return undefined;
  }

  signOut(): void {
    this.end(undefined);
  }

  /** The session is over; `reason` is shown above the login form. */
  end(reason: string | undefined): void {
    this.#tokens.clear();
    this.#signedOut(reason);
  }

  #signedOut(notice: string | undefined): void {
    this.#state.session.value = { kind: "signedOut", notice };
  }
}
