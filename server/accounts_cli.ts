/** `orrery user …` and `orrery token …`: they work on the data folder, beside a running server or without one. */
import { type PasswordInput, promptNewPassword, readPasswordLine } from "./auth/password_input.ts";
import { expectPassword, openPasswords } from "./auth/passwords.ts";
import { openTokens } from "./auth/tokens.ts";
import {
  type TokenCommand,
  type UserAddCommand,
  UserError,
  type UserListCommand,
  type UserRemoveCommand,
} from "./config.ts";
import { type Account, type Accounts, expectName, openAccounts } from "./store/accounts.ts";
import { openSecret } from "./store/secret.ts";
import { databaseExists, openDatabase } from "./store/sqlite.ts";

export type AccountsCommand = UserAddCommand | UserListCommand | UserRemoveCommand | TokenCommand;

/** Where the words go and come from. */
export interface Terminal {
  /** Standard output: what was asked for and nothing else. */
  readonly out: (text: string) => void;
  /** Standard error: prompts and warnings. */
  readonly err: (text: string) => void;
  readonly stdin: PasswordInput;
  readonly now: () => number;
  readonly random: (count: number) => Uint8Array;
}

/** @throws UserError */
export async function runAccountsCommand(command: AccountsCommand, terminal: Terminal): Promise<void> {
  if (command.kind !== "user-add" && !databaseExists(command.data)) {
    throw new UserError(`There are no accounts in ${command.data}: start orrery once, or choose another --data DIR.`);
  }
  const database = openDatabase(command.data);
  try {
    const accounts = openAccounts(database);
    switch (command.kind) {
      case "user-add":
        return await addUser(command, { ...terminal, accounts });
      case "user-list":
        return terminal.out(accountTable(accounts.list()));
      case "user-remove":
        if (!accounts.remove(command.user)) throw unknownAccount(command.user);
        return terminal.out(`Removed ${command.user}.\n`);
      case "token":
        return await printToken(command, { ...terminal, accounts });
    }
  } finally {
    database.close();
  }
}

type Workplace = Terminal & { readonly accounts: Accounts };

/** What can be refused is refused before anybody types a password. */
async function addUser({ user, role, passwordStdin }: UserAddCommand, workplace: Workplace): Promise<void> {
  const { accounts, stdin, out, err, now, random } = workplace;
  expectName(user);
  accounts.expectFree(user);
  const password = passwordStdin ? await readPasswordLine(stdin) : await promptNewPassword(stdin, err);
  expectPassword(password, "The password");
  const passwords = openPasswords(random);
  try {
    accounts.add({ name: user, role, passwordHash: await passwords.hash(password), createdMs: now() });
  } finally {
    passwords.close();
  }
  out(`Added ${user} (${role}).\n`);
}

async function printToken({ user, ttlMs, data }: TokenCommand, workplace: Workplace): Promise<void> {
  const { accounts, out, err, now, random } = workplace;
  const account = accounts.find(user);
  if (account === undefined) throw unknownAccount(user);
  const { bytes, warning } = openSecret(data, random);
  if (warning !== undefined) err(`${warning}\n`);
  const { token } = await openTokens({ accounts, secret: bytes, now }).issue(account, { ttlMs });
  out(`${token}\n`);
}

/** Columns wide enough for the longest name. Times in UTC. */
function accountTable(list: readonly Account[]): string {
  const width = Math.max(4, ...list.map(({ name }) => name.length));
  const row = (name: string, role: string, created: string) => `${name.padEnd(width)}  ${role.padEnd(6)}  ${created}\n`;
  const rows = list.map(({ name, role, createdMs }) => row(name, role, new Date(createdMs).toISOString()));
  return row("NAME", "ROLE", "CREATED") + rows.join("");
}

function unknownAccount(name: string): UserError {
  return new UserError(`There is no account "${name}": "orrery user list" shows them.`);
}
