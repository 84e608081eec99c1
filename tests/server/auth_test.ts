import assert from "node:assert/strict";
import { NOBODYS_HASH } from "../../server/auth/argon2.ts";
import { openAuth, openPasswords, type Passwords } from "../../server/auth.ts";
import { TokenBuckets } from "../../server/rate.ts";
import type { Account } from "../../server/store/accounts.ts";
import { seededBytes } from "../helpers/random_bytes.ts";

const ada: Account = { id: 1, name: "Ada", role: "editor", passwordHash: "hash of secret word", createdMs: 0 };
const NOW_MS = 1_800_000_000_000;

interface Bench {
  readonly passwords?: Pick<Passwords, "verify">;
  readonly perAddress?: number;
  readonly perAccount?: number;
  readonly accounts?: readonly Account[];
}

function bench({ passwords, perAddress = 100, perAccount = 100, accounts = [ada] }: Bench = {}) {
  const clock = { nowMs: NOW_MS };
  const verified: string[] = [];
  const fake = {
    verify(password: string, encoded: string) {
      verified.push(encoded);
      return Promise.resolve(encoded === `hash of ${password}`);
    },
  };
  const buckets = (perMinute: number) => new TokenBuckets({ burst: perMinute, perMinute, maxKeys: 10 });
  const auth = openAuth({
    accounts: { find: (name) => accounts.find((account) => account.name.toLowerCase() === name.toLowerCase()) },
    passwords: passwords ?? fake,
    secret: seededBytes(1)(32),
    now: () => clock.nowMs,
    attemptsPerAddress: buckets(perAddress),
    attemptsPerAccount: buckets(perAccount),
    tokenTtlMs: 3_600_000,
  });
  const login = (name: string, password: string, address = "192.0.2.1") => auth.login({ name, password, address });
  return { auth, login, clock, verified };
}

const badCredentials = {
  ok: false,
  reason: "bad_credentials",
  status: 401,
  message: "The name or the password is wrong.",
};

Deno.test("the right password gives a token that says who it is", async () => {
  const { auth, login } = bench();
  const outcome = await login("ada", "secret word");
  assert.ok(outcome.ok);
  assert.equal(outcome.expiresAtMs, NOW_MS + 3_600_000);
  assert.deepEqual(await auth.verify(outcome.token), {
    ok: true,
    identity: { user: "Ada", account: 1, role: "editor", expiresAtMs: NOW_MS + 3_600_000 },
  });
});

Deno.test("an unknown name costs and says the same as a wrong password", async () => {
  const { login, verified } = bench();
  assert.deepEqual(await login("Ada", "wrong"), badCredentials);
  assert.deepEqual(await login("nobody", "secret word"), badCredentials);
  assert.deepEqual(await login("", ""), badCredentials);
  assert.deepEqual(await login("Ada", "x".repeat(1025)), badCredentials);
  assert.deepEqual(verified, [ada.passwordHash, NOBODYS_HASH, NOBODYS_HASH, NOBODYS_HASH]);
});

Deno.test("attempts are limited per account, from wherever they come and in any case", async () => {
  const { login, clock } = bench({ perAccount: 2 });
  const tooMany = {
    ok: false,
    reason: "too_many_attempts",
    status: 429,
    message: "Too many login attempts: try again in 30 s.",
    retryAfterS: 30,
  };
  assert.deepEqual(await login("Ada", "wrong", "192.0.2.1"), badCredentials);
  assert.deepEqual(await login("ADA", "wrong", "192.0.2.2"), badCredentials);
  assert.deepEqual(await login("ada", "secret word", "192.0.2.3"), tooMany);
  assert.equal((await login("bob", "wrong", "192.0.2.3")).ok, false);
  clock.nowMs += 30_000;
  assert.equal((await login("ada", "secret word", "192.0.2.3")).ok, true);
});

Deno.test("attempts are limited per address, and refused ones leave the accounts alone", async () => {
  const { login } = bench({ perAddress: 1, perAccount: 2 });
  assert.deepEqual(await login("bob", "wrong"), badCredentials);
  for (let i = 0; i < 5; i++) {
    const outcome = await login("ada", "wrong");
    assert.ok(!outcome.ok);
    assert.deepEqual([outcome.status, outcome.retryAfterS], [429, 60]);
  }
  assert.equal((await login("ada", "secret word", "192.0.2.9")).ok, true);
});

Deno.test("forty logins at once: the worker's queue takes 32, the others are told to come back", async () => {
  const passwords = openPasswords(seededBytes(1));
  try {
    // The reference implementation's hash of "password" with small parameters, so that the test is quick.
    const passwordHash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    const accounts = [{ ...ada, passwordHash }];
    const { login } = bench({ passwords, accounts });
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => login("ada", i % 2 === 0 ? "password" : "wrong password")),
    );
    const served = outcomes.slice(0, 32), turnedAway = outcomes.slice(32);
    assert.deepEqual(served.map(({ ok }) => ok), Array.from({ length: 32 }, (_, i) => i % 2 === 0));
    for (const outcome of turnedAway) {
      assert.deepEqual(outcome, {
        ok: false,
        reason: "busy",
        status: 503,
        message: "Too many passwords are being checked at the moment: try again in a few seconds.",
        retryAfterS: 2,
      });
    }
    assert.equal((await login("ada", "password")).ok, true);
  } finally {
    passwords.close();
  }
});
