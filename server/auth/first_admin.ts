/** Sees to it that somebody can administer: the first start makes an account for that. */
import { UserError } from "../config/user_error.ts";
import type { Account, Accounts } from "../store/accounts.ts";
import { expectPassword, type Passwords } from "./passwords.ts";

export const ADMIN_NAME = "admin";

/** No letters or digits that look alike. 32 of them, so that five bits of a random byte choose one without bias. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const PASSWORD_LENGTH = 20;

export interface FirstAdminOptions {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  /** ORRERY_ADMIN_PASSWORD. */
  readonly password: string | undefined;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

export interface FirstAdmin {
  /** The oldest account that may do everything. */
  readonly admin: Account;
  /** The password that was made up for it just now; to be shown once, it is kept nowhere. */
  readonly newPassword?: string;
}

/**
 * Creates `admin` where no account is an admin; of several processes that start at once, one does.
 * @throws UserError for a password that is too short, and where `admin` is the name of somebody with less rights.
 */
export async function ensureAdmin(options: FirstAdminOptions): Promise<FirstAdmin> {
  const { accounts, passwords, now } = options;
  const found = oldestAdmin(accounts);
  if (found !== undefined) return { admin: found };
  const given = options.password || undefined;
  if (given !== undefined) expectPassword(given, "ORRERY_ADMIN_PASSWORD");
  const password = given ?? randomPassword(options.random);
  const passwordHash = await passwords.hash(password);
  const created = accounts.addFirstAdmin({ name: ADMIN_NAME, passwordHash, createdMs: now() });
  const admin = oldestAdmin(accounts);
  if (admin === undefined) {
    throw new UserError(`No account is an admin: create one with "orrery user add NAME --role admin".`);
  }
  return created && given === undefined ? { admin, newPassword: password } : { admin };
}

function oldestAdmin(accounts: Accounts): Account | undefined {
  return accounts.list().find(({ role }) => role === "admin");
}

/** 100 random bits in four groups of five. */
function randomPassword(random: (count: number) => Uint8Array): string {
  const letters = Array.from(random(PASSWORD_LENGTH), (byte) => ALPHABET[byte & 31]);
  return [0, 5, 10, 15].map((start) => letters.slice(start, start + 5).join("")).join("-");
}
