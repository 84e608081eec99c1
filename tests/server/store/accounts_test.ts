import assert from "node:assert/strict";
import { UserError } from "../../../server/config/user_error.ts";
import { type Accounts, openAccounts } from "../../../server/store/accounts.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

function testAccounts(name: string, work: (accounts: Accounts) => void): void {
  Deno.test(name, () =>
    withTempFolder((folder) => {
      const database = openDatabase(folder);
      try {
        work(openAccounts(database));
      } finally {
        database.close();
      }
    }));
}

const ada = { name: "Ada", role: "editor", passwordHash: "hash a", createdMs: 1000 } as const;
const bob = { name: "bob@example.org", role: "viewer", passwordHash: "hash b", createdMs: 2000 } as const;

testAccounts("accounts are added, found, listed by age and removed", (accounts) => {
  accounts.add(bob);
  accounts.add(ada);
  assert.deepEqual(accounts.find("Ada"), { id: 2, ...ada });
  assert.deepEqual(accounts.list(), [{ id: 1, ...bob }, { id: 2, ...ada }]);
  assert.equal(accounts.remove("Ada"), true);
  assert.equal(accounts.remove("Ada"), false);
  assert.equal(accounts.find("Ada"), undefined);
});

testAccounts("a removed account's id is never used again", (accounts) => {
  accounts.add(ada);
  accounts.remove("Ada");
  accounts.add(ada);
  assert.equal(accounts.find("Ada")?.id, 2);
});

testAccounts("names are the same in any case", (accounts) => {
  accounts.add(ada);
  assert.equal(accounts.find("aDA")?.name, "Ada");
  const taken = new UserError('There is an account "ADA" already: remove it first or choose another name.');
  assert.throws(() => accounts.add({ ...ada, name: "ADA" }), taken);
  assert.throws(() => accounts.expectFree("ADA"), taken);
  accounts.expectFree("Adam");
});

testAccounts("roles change", (accounts) => {
  accounts.add(ada);
  assert.equal(accounts.setRole("ada", "admin"), true);
  assert.equal(accounts.find("Ada")?.role, "admin");
  assert.equal(accounts.setRole("nobody", "admin"), false);
});

testAccounts("names have 1 to 64 letters, digits or . _ - @", (accounts) => {
  const refused = ["", " ", "a b", "a/b", "é", "a\n", "x".repeat(65), "'; DROP TABLE users --", "a\0b"];
  for (const name of refused) {
    assert.throws(() => accounts.add({ ...ada, name }), {
      name: "UserError",
      message: `An account's name has 1 to 64 letters, digits or . _ - @, unlike ${
        JSON.stringify(name)
      }: choose another.`,
    });
    assert.equal(accounts.find(name), undefined);
  }
  for (const name of ["a", "x".repeat(64), "A.b_c-d@e9"]) accounts.add({ ...ada, name });
});

testAccounts("the first admin is added where there is none and the name is free", (accounts) => {
  const admin = { name: "admin", passwordHash: "hash", createdMs: 5 };
  accounts.add(bob);
  assert.equal(accounts.addFirstAdmin(admin), true);
  assert.equal(accounts.addFirstAdmin({ ...admin, name: "other" }), false);
  assert.deepEqual(accounts.list().map(({ name, role }) => [name, role]), [["bob@example.org", "viewer"], [
    "admin",
    "admin",
  ]]);
  accounts.setRole("admin", "viewer");
  assert.equal(accounts.addFirstAdmin(admin), false, "the name is taken");
});
