/** What a link of the server says, and the REST interface behind it. */
import { systemClock } from "./clock.ts";
import { RestClient } from "./rest_client.ts";
import { tokenInFragment } from "./token.ts";

export interface LinkedServer {
  readonly origin: string;
  readonly token: string;
  readonly rest: RestClient;
}

/**
 * The server that printed `link` (`http://HOST:PORT/#token=…`).
 * @throws {TypeError} for a link that is no URL or carries no token.
 */
export function linkedServer(link: string): LinkedServer {
  const { hash, origin } = new URL(link), token = tokenInFragment(hash);
  if (token === undefined) throw new TypeError("The link carries no #token=…; copy the one that the server printed.");
  const rest = new RestClient({
    baseUrl: origin,
    fetch: (url, init) => fetch(url, init),
    token: () => token,
    clock: systemClock,
  });
  return { origin, token, rest };
}
