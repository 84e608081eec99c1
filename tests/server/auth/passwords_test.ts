import assert from "node:assert/strict";
import { NOBODYS_HASH } from "../../../server/auth/argon2.ts";
import { expectPassword, openPasswords, type Passwords, TooBusyError } from "../../../server/auth/passwords.ts";
import { seededBytes } from "../../helpers/random_bytes.ts";

function testPasswords(name: string, work: (passwords: Passwords) => Promise<void>): void {
  Deno.test(name, async () => {
    const passwords = openPasswords(seededBytes(1));
    try {
      await work(passwords);
    } finally {
      passwords.close();
    }
  });
}

testPasswords("known answers of the argon2 reference implementation", async (passwords) => {
  // phc-winner-argon2, src/test.c: argon2id version 0x13, "password" and "somesalt".
  const small = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const twoLanes = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
  assert.equal(await passwords.verify("password", small), true);
  assert.equal(await passwords.verify("password", twoLanes), true);
  assert.equal(await passwords.verify("Password", small), false);
  assert.equal(await passwords.verify("password", small.replace("nf65", "nf66")), false);
});

testPasswords("a hash has OWASP's parameters, its own salt, and fits its password alone", async (passwords) => {
  const first = await passwords.hash("correct horse");
  const second = await passwords.hash("correct horse");
  const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
  assert.match(first, form);
  assert.match(NOBODYS_HASH, form);
  assert.notEqual(first, second);
  assert.equal(await passwords.verify("correct horse", first), true);
  assert.equal(await passwords.verify("correct horse ", first), false);
  assert.equal(await passwords.verify("correct horse", NOBODYS_HASH), false);
});

testPasswords("an accent is the same however it was typed", async (passwords) => {
  const hash = await passwords.hash("caf\u00e9 ol\u00e9!");
  assert.equal(await passwords.verify("cafe\u0301 ole\u0301!", hash), true);
});

testPasswords("32 passwords may wait, the next is refused, and then there is room again", async (passwords) => {
  const quick = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const waiting = Array.from({ length: 32 }, (_, i) => passwords.verify(i % 2 ? "password" : "wrong", quick));
  await assert.rejects(passwords.verify("password", quick), TooBusyError);
  assert.deepEqual(await Promise.all(waiting), Array.from({ length: 32 }, (_, i) => i % 2 === 1));
  assert.equal(await passwords.verify("password", quick), true);
});

testPasswords("a hash that is none rejects, and the next one is served", async (passwords) => {
  await assert.rejects(passwords.verify("password", "nonsense"), /^Error: Hashing failed: /);
  assert.match(await passwords.hash("password"), /^\$argon2id/);
});

Deno.test("closing rejects what is pending and what comes after, and leaves no worker", async () => {
  const passwords = openPasswords(seededBytes(1));
  const pending = [passwords.hash("one password"), passwords.hash("another one")];
  passwords.close();
  for (const hash of pending) await assert.rejects(hash, /Passwords were closed\./);
  await assert.rejects(passwords.hash("too late now"), /Passwords are closed\./);
  passwords.close();
  openPasswords(seededBytes(1)).close();
});

Deno.test("a password has 8 to 1024 characters", () => {
  expectPassword("x".repeat(8), "The password");
  expectPassword("x".repeat(1024), "The password");
  for (const length of [0, 7, 1025]) {
    assert.throws(() => expectPassword("x".repeat(length), "The password"), {
      name: "UserError",
      message: `The password must have 8 to 1024 characters, not ${length}: choose another.`,
    });
  }
});
