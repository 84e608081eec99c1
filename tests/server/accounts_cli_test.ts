import assert from "node:assert/strict";
import { type AccountsCommand, runAccountsCommand } from "../../server/accounts_cli.ts";
import { openPasswords } from "../../server/auth/passwords.ts";
import { openTokens } from "../../server/auth/tokens.ts";
import { openAccounts } from "../../server/store/accounts.ts";
import { openSecret } from "../../server/store/secret.ts";
import { openDatabase } from "../../server/store/sqlite.ts";
import { createFakeStdin } from "../helpers/fake_stdin.ts";
import { seededBytes } from "../helpers/random_bytes.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";

const NOW_MS = Date.UTC(2030, 0, 2, 3, 4, 5);

interface Typed {
  readonly isTerminal?: boolean;
  readonly typed?: readonly string[];
}

async function run(command: AccountsCommand, { isTerminal = false, typed = [] }: Typed = {}) {
  let out = "", err = "";
  await runAccountsCommand(command, {
    out: (text) => out += text,
    err: (text) => err += text,
    stdin: createFakeStdin({ isTerminal, chunks: typed }),
    now: () => NOW_MS,
    random: seededBytes(1),
  });
  return { out, err };
}

function addCommand(user: string, data: string, passwordStdin: boolean) {
  return { kind: "user-add", user, role: "editor", passwordStdin, data } as const;
}

Deno.test("an account is added, listed, given a token and removed", () =>
  withTempFolder(async (data) => {
    const piped = { typed: ["secret word\n"] };
    assert.deepEqual(await run(addCommand("ada", data, true), piped), { out: "Added ada (editor).\n", err: "" });
    const table = "NAME  ROLE    CREATED\nada   editor  2030-01-02T03:04:05.000Z\n";
    assert.deepEqual(await run({ kind: "user-list", data }), { out: table, err: "" });

    const token = await run({ kind: "token", user: "ada", ttlMs: 60_000, data });
    assert.match(token.out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, "a token and nothing else");
    assert.equal(token.err, "");
    const database = openDatabase(data), accounts = openAccounts(database);
    const secret = openSecret(data, seededBytes(9)).bytes;
    assert.deepEqual(await openTokens({ accounts, secret, now: () => NOW_MS }).verify(token.out.trim()), {
      ok: true,
      identity: { user: "ada", account: 1, role: "editor", expiresAtMs: NOW_MS + 60_000 },
    });
    const passwords = openPasswords(seededBytes(1));
    assert.equal(await passwords.verify("secret word", accounts.find("ada")?.passwordHash ?? ""), true);
    passwords.close();
    database.close();

    assert.equal((await run({ kind: "user-remove", user: "ada", data })).out, "Removed ada.\n");
    assert.equal((await run({ kind: "user-list", data })).out, "NAME  ROLE    CREATED\n");
  }));

Deno.test("at a terminal the password is asked for and never shown", () =>
  withTempFolder(async (data) => {
    const typed = ["secret word\r", "secret word\r"];
    const { out, err } = await run(addCommand("ada", data, false), { isTerminal: true, typed });
    assert.equal(out, "Added ada (editor).\n");
    assert.equal(err, "Password: \nOnce more: \n");
  }));

Deno.test("what is wrong is said in one sentence, before a password is asked for where that is possible", () =>
  withTempFolder(async (data) => {
    const refused = async (command: AccountsCommand, message: string, typed?: Typed) => {
      await assert.rejects(run(command, typed), { name: "UserError", message });
    };
    const absent = `There are no accounts in ${data}: start orrery once, or choose another --data DIR.`;
    await refused({ kind: "user-list", data }, absent);
    await refused({ kind: "token", user: "ada", ttlMs: 1000, data }, absent);
    assert.deepEqual([...Deno.readDirSync(data)], [], "asking leaves nothing behind");

    const piped = { typed: ["secret word\n"] }, short = { typed: ["short\n"] };
    await refused(
      addCommand("a b", data, true),
      'An account\'s name has 1 to 64 letters, digits or . _ - @, unlike "a b": choose another.',
    );
    await refused(
      addCommand("ada", data, true),
      "The password must have 8 to 1024 characters, not 5: choose another.",
      short,
    );
    await refused(
      addCommand("ada", data, false),
      "There is no terminal to ask for the password: pipe it in and add --password-stdin.",
      piped,
    );
    await run(addCommand("ada", data, true), piped);
    await refused(
      addCommand("Ada", data, true),
      'There is an account "Ada" already: remove it first or choose another name.',
    );
    await refused(
      { kind: "user-remove", user: "bob", data },
      'There is no account "bob": "orrery user list" shows them.',
    );
    await refused(
      { kind: "token", user: "bob", ttlMs: 1000, data },
      'There is no account "bob": "orrery user list" shows them.',
    );
  }));

Deno.test({
  name: "a secret that was open to others is said on standard error, beside the token",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempFolder(async (data) => {
      await run(addCommand("ada", data, true), { typed: ["secret word\n"] });
      openSecret(data, seededBytes(1));
      Deno.chmodSync(`${data}/token.secret`, 0o640);
      const { out, err } = await run({ kind: "token", user: "ada", ttlMs: 1000, data });
      assert.equal(out.split(".").length, 3);
      assert.match(err, /token\.secret could be read by others until now; .+\n$/);
    }),
});
