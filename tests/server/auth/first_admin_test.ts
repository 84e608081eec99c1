import assert from "node:assert/strict";
import { ensureAdmin } from "../../../server/auth/first_admin.ts";
import { type Accounts, openAccounts } from "../../../server/store/accounts.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";
import { seededBytes } from "../../helpers/random_bytes.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

/** Reversible, so that a test sees which password was hashed. */
const passwords = {
  hash: (password: string) => Promise.resolve(`hash of ${password}`),
  verify: (password: string, encoded: string) => Promise.resolve(encoded === `hash of ${password}`),
  close() {},
};

function testFirstAdmin(name: string, work: (accounts: Accounts) => Promise<void>): void {
  Deno.test(name, () =>
    withTempFolder(async (folder) => {
      const database = openDatabase(folder);
      try {
        await work(openAccounts(database));
      } finally {
        database.close();
      }
    }));
}

function ensure(accounts: Accounts, password?: string) {
  return ensureAdmin({ accounts, passwords, password, random: seededBytes(3), now: () => 5000 });
}

testFirstAdmin("without accounts an admin is made with a password that is told once", async (accounts) => {
  const { admin, newPassword } = await ensure(accounts);
  assert.match(newPassword ?? "", /^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
  assert.deepEqual(admin, {
    id: 1,
    name: "admin",
    role: "admin",
    passwordHash: `hash of ${newPassword}`,
    createdMs: 5000,
  });
  assert.deepEqual(await ensure(accounts), { admin });
  assert.equal(accounts.list().length, 1);
});

testFirstAdmin("ORRERY_ADMIN_PASSWORD is used and not told", async (accounts) => {
  const { admin, newPassword } = await ensure(accounts, "from the environment");
  assert.equal(newPassword, undefined);
  assert.equal(admin.passwordHash, "hash of from the environment");
  assert.deepEqual(await ensure(accounts, "another one, too late"), { admin });
});

testFirstAdmin("ORRERY_ADMIN_PASSWORD that is too short is refused, an empty one is none", async (accounts) => {
  await assert.rejects(ensure(accounts, "short"), {
    name: "UserError",
    message: "ORRERY_ADMIN_PASSWORD must have 8 to 1024 characters, not 5: choose another.",
  });
  assert.deepEqual(accounts.list(), []);
  assert.equal(typeof (await ensure(accounts, "")).newPassword, "string");
});

testFirstAdmin("the oldest admin counts, whatever its name", async (accounts) => {
  for (const name of ["ada", "bob"]) accounts.add({ name, role: "admin", passwordHash: "h", createdMs: 1 });
  const { admin, newPassword } = await ensure(accounts);
  assert.equal(admin.name, "ada");
  assert.equal(newPassword, undefined);
});

testFirstAdmin("accounts without an admin among them get one", async (accounts) => {
  accounts.add({ name: "bob", role: "viewer", passwordHash: "h", createdMs: 1 });
  assert.equal((await ensure(accounts)).admin.name, "admin");
});

testFirstAdmin("where admin is the name of a viewer, the sentence says what to do", async (accounts) => {
  accounts.add({ name: "Admin", role: "viewer", passwordHash: "h", createdMs: 1 });
  await assert.rejects(ensure(accounts), {
    name: "UserError",
    message: 'No account is an admin: create one with "orrery user add NAME --role admin".',
  });
});

testFirstAdmin("two starts at once make one admin, and only its password is told", async (accounts) => {
  const [first, second] = await Promise.all([ensure(accounts), ensure(accounts, "password of the second")]);
  assert.equal(accounts.list().length, 1);
  assert.deepEqual(first.admin, second.admin);
  const told = first.newPassword === undefined ? "password of the second" : first.newPassword;
  assert.equal(first.admin.passwordHash, `hash of ${told}`);
});
