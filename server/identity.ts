import { type Auth, ensureAdmin, openAuth, openPasswords } from "./auth.ts";
import type { Clock } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import type { Log } from "./log.ts";
import { TokenBuckets } from "./rate.ts";
import { openAccounts } from "./store/accounts.ts";
import { openSecret } from "./store/secret.ts";
import type { Database } from "./store/sqlite.ts";

export interface IdentityOptions {
  readonly database: Database;
  readonly folder: string;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: Log;
  /** ORRERY_ADMIN_PASSWORD. */
  readonly adminPassword: string | undefined;
}

export interface IdentityService {
  readonly auth: Auth;
  /** A token of the admin, for the link that is printed at start. */
  readonly linkToken: string;
  close(): void;
}

/** Accounts, passwords and tokens of one data folder; the first start creates the admin and says its password once. */
export async function openIdentity(options: IdentityOptions): Promise<IdentityService> {
  const { database, folder, clock, random, log, adminPassword } = options;
  const accounts = openAccounts(database), secret = openSecret(folder, random), passwords = openPasswords(random);
  if (secret.warning !== undefined) log.info(secret.warning);
  const auth = openAuth({
    accounts,
    passwords,
    secret: secret.bytes,
    now: clock.wallNow,
    attemptsPerAddress: attempts(LIMITS.loginsPerAddress.value),
    attemptsPerAccount: attempts(LIMITS.loginsPerAccount.value),
    tokenTtlMs: LIMITS.tokenTtlMs.value,
  });
  try {
    const first = await ensureAdmin({ accounts, passwords, password: adminPassword, random, now: clock.wallNow });
    if (first.newPassword !== undefined) {
      const account = first.admin.name, password = first.newPassword;
      log.event({ event: "account", account, password }, `Created the account "${account}", password ${password}`);
    }
    const { token } = await auth.issue(first.admin, { ttlMs: LIMITS.tokenTtlMs.value });
    return { auth, linkToken: token, close: passwords.close };
  } catch (error) {
    passwords.close();
    throw error;
  }
}

function attempts(perMinute: number): TokenBuckets {
  return new TokenBuckets({ burst: perMinute, perMinute, maxKeys: LIMITS.rateKeys.value });
}
