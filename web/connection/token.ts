/** Where the token lives in this browser: in the link's fragment for a moment, then in the tab's session. */
export interface TokenStore {
  read(): string | undefined;
  write(token: string): void;
  clear(): void;
}

const KEY = "orrery.token";

/** The token in a fragment such as `#token=abc`. */
export function tokenInFragment(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token === null || token === "" ? undefined : token;
}

/** A fragment without its token, so that a copied address gives nothing away. */
export function fragmentWithoutToken(hash: string): string {
  const rest = new URLSearchParams(hash.replace(/^#/, ""));
  rest.delete("token");
  const text = rest.toString();
  return text === "" ? "" : `#${text}`;
}

/** Tokens in `storage`, which outlives a reload and ends with the tab. */
export function createTokenStore(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">): TokenStore {
  return {
    read: () => storage.getItem(KEY) ?? undefined,
    write: (token) => storage.setItem(KEY, token),
    clear: () => storage.removeItem(KEY),
  };
}
