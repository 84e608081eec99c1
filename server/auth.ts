/** Who may come in, and as what: login, tokens, the first admin. Knows no requests and no responses. */
import { NOBODYS_HASH } from "./auth/argon2.ts";
import { MAX_PASSWORD_LENGTH, type Passwords, TooBusyError } from "./auth/passwords.ts";
import { type IssuedToken, openTokens, type TokenTerms, type VerifyOutcome } from "./auth/tokens.ts";
import type { Account, Accounts } from "./store/accounts.ts";
import { traced } from "./trace.ts";

export { ensureAdmin, type FirstAdmin } from "./auth/first_admin.ts";
export { bearerToken } from "./auth/bearer.ts";
export { openPasswords, type Passwords } from "./auth/passwords.ts";
export { type Action, allows, type Role } from "./auth/roles.ts";
export type { Identity, IssuedToken, Refusal, TokenTerms, VerifyOutcome } from "./auth/tokens.ts";

/** Takes one attempt of `key`: 0, or how many ms from now the next one may be made. */
export interface AttemptLimit {
  take(key: string, nowMs: number): number;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Where the attempt comes from. */
  readonly address: string;
}

export type LoginOutcome =
  | ({ readonly ok: true } & IssuedToken)
  | {
    readonly ok: false;
    readonly reason: "bad_credentials" | "too_many_attempts" | "busy";
    readonly status: 401 | 429 | 503;
    readonly message: string;
    readonly retryAfterS?: number;
  };

export interface AuthOptions {
  readonly accounts: Pick<Accounts, "find">;
  readonly passwords: Pick<Passwords, "verify">;
  readonly secret: Uint8Array;
  readonly now: () => number;
  readonly attemptsPerAddress: AttemptLimit;
  readonly attemptsPerAccount: AttemptLimit;
  /** Life of a token from login. */
  readonly tokenTtlMs: number;
}

export interface Auth {
  /** Takes as long for an unknown name as for a wrong password. Cost: one argon2id in the worker. */
  login(credentials: Credentials): Promise<LoginOutcome>;
  issue(account: Account, terms: TokenTerms): Promise<IssuedToken>;
  verify(token: string | undefined): Promise<VerifyOutcome>;
}

const BUSY_RETRY_S = 2;

export function openAuth(options: AuthOptions): Auth {
  const { accounts, passwords, now, tokenTtlMs } = options;
  const tokens = openTokens(options);

  /** The address first: one that is refused must not use up the attempts of an account. */
  function waitMs(name: string, address: string): number {
    const key = name.slice(0, 64).toLowerCase();
    return options.attemptsPerAddress.take(address, now()) || options.attemptsPerAccount.take(key, now());
  }

  async function matching({ name, password }: Credentials): Promise<Account | undefined> {
    const account = password.length <= MAX_PASSWORD_LENGTH ? accounts.find(name) : undefined;
    const tried = password.slice(0, MAX_PASSWORD_LENGTH);
    const matches = await passwords.verify(tried, account?.passwordHash ?? NOBODYS_HASH);
    return matches ? account : undefined;
  }

  async function login(credentials: Credentials): Promise<LoginOutcome> {
    const wait = waitMs(credentials.name, credentials.address);
    if (wait > 0) return tooMany(Math.ceil(wait / 1000));
    try {
      const account = await matching(credentials);
      if (account === undefined) return badCredentials;
      return { ok: true, ...await tokens.issue(account, { ttlMs: tokenTtlMs }) };
    } catch (error) {
      if (error instanceof TooBusyError) return busy(error.message);
      throw error;
    }
  }

  const tracedLogin = (credentials: Credentials) =>
    traced("login", {}, async (span) => {
      const outcome = await login(credentials);
      span.set({ "orrery.outcome": outcome.ok ? "ok" : outcome.reason });
      return outcome;
    });

  return { login: tracedLogin, issue: tokens.issue, verify: tokens.verify };
}

const badCredentials: LoginOutcome = {
  ok: false,
  reason: "bad_credentials",
  status: 401,
  message: "The name or the password is wrong.",
};

function tooMany(retryAfterS: number): LoginOutcome {
  const message = `Too many login attempts: try again in ${retryAfterS} s.`;
  return { ok: false, reason: "too_many_attempts", status: 429, message, retryAfterS };
}

function busy(message: string): LoginOutcome {
  return { ok: false, reason: "busy", status: 503, message, retryAfterS: BUSY_RETRY_S };
}
