/** Who may come in: names, roles, password hashes. */
import * as v from "valibot";
import { type Role, roles } from "../auth/roles.ts";
import { UserError } from "../config/user_error.ts";
import type { Database } from "./sqlite.ts";

export interface Account {
  /** Never used again, so that a token for a removed account does not fit a new one of the same name. */
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  /** Argon2id, PHC string. */
  readonly passwordHash: string;
  readonly createdMs: number;
}

export type NewAccount = Omit<Account, "id">;

/** Names are compared without regard to case and kept as they were written. */
export interface Accounts {
  /** @throws UserError where an account of that name exists. */
  expectFree(name: string): void;
  /** @throws UserError for a malformed name and for one that exists. */
  add(account: NewAccount): void;
  /** Adds an admin where none exists and the name is free, in one step among all processes; returns whether it did. */
  addFirstAdmin(account: Omit<NewAccount, "role">): boolean;
  find(name: string): Account | undefined;
  /** Shape: by age, oldest first. */
  list(): readonly Account[];
  /** Whether there was such an account. */
  remove(name: string): boolean;
  /** Whether there was such an account. */
  setRole(name: string, role: Role): boolean;
}

const NAME = /^[A-Za-z0-9._@-]{1,64}$/;

const accountRow = v.pipe(
  v.object({
    id: v.number(),
    name: v.string(),
    role: v.picklist(roles),
    password_hash: v.string(),
    created_ms: v.number(),
  }),
  v.transform(({ password_hash, created_ms, ...row }): Account => {
    return { ...row, passwordHash: password_hash, createdMs: created_ms };
  }),
);

export function openAccounts(database: Database): Accounts {
  const insert = database.prepare(
    "INSERT INTO users (name, role, password_hash, created_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const insertFirstAdmin = database.prepare(
    `INSERT INTO users (name, role, password_hash, created_ms) SELECT ?, 'admin', ?, ?
     WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin') ON CONFLICT DO NOTHING`,
  );
  const select = database.prepare("SELECT * FROM users WHERE name = ?");
  const selectAll = database.prepare("SELECT * FROM users ORDER BY id");
  const erase = database.prepare("DELETE FROM users WHERE name = ?");
  const update = database.prepare("UPDATE users SET role = ? WHERE name = ?");
  return {
    expectFree(name) {
      if (select.get(name) !== undefined) throw takenName(name);
    },
    add({ name, role, passwordHash, createdMs }) {
      expectName(name);
      if (insert.run(name, role, passwordHash, createdMs).changes === 0) throw takenName(name);
    },
    addFirstAdmin({ name, passwordHash, createdMs }) {
      expectName(name);
      return insertFirstAdmin.run(name, passwordHash, createdMs).changes === 1;
    },
    find(name) {
      const row = select.get(name);
      return row === undefined ? undefined : v.parse(accountRow, row);
    },
    list: () => v.parse(v.array(accountRow), selectAll.all()),
    remove: (name) => erase.run(name).changes === 1,
    setRole: (name, role) => update.run(role, name).changes === 1,
  };
}

/** @throws UserError */
export function expectName(name: string): void {
  if (NAME.test(name)) return;
  const shown = JSON.stringify(name.slice(0, 80));
  throw new UserError(`An account's name has 1 to 64 letters, digits or . _ - @, unlike ${shown}: choose another.`);
}

function takenName(name: string): UserError {
  return new UserError(`There is an account "${name}" already: remove it first or choose another name.`);
}
