import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { openTokens, type Refusal, refusals } from "../../../server/auth/tokens.ts";
import type { Account } from "../../../server/store/accounts.ts";

const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
const nowMs = 1_800_000_000_000;
const nowS = nowMs / 1000;

const ada: Account = { id: 7, name: "Ada", role: "editor", passwordHash: "", createdMs: 0 };

function tokensOf(account: Account | undefined, clockMs = nowMs) {
  const find = (name: string) => name.toLowerCase() === account?.name.toLowerCase() ? account : undefined;
  return openTokens({ accounts: { find }, secret, now: () => clockMs });
}

function base64url(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** A JWT made by hand: whatever the header says, it is signed with HMAC. */
function handMade(header: unknown, claims: unknown, { key = secret, hash = "sha256" } = {}): string {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`;
}

const header = { alg: "HS256", typ: "JWT" };
const claims = { iss: "orrery", aud: "orrery", sub: "Ada", role: "editor", uid: 7, iat: nowS, exp: nowS + 60 };

function without(name: keyof typeof claims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
}

async function assertRefused(token: string | undefined, reason: Refusal, account: Account | undefined = ada) {
  const outcome = await tokensOf(account).verify(token);
  assert.deepEqual(outcome, { ok: false, reason, message: refusals[reason] });
}

Deno.test("a token made by hand from the documented claims is accepted", async () => {
  assert.deepEqual(await tokensOf(ada).verify(handMade(header, claims)), {
    ok: true,
    identity: { user: "Ada", account: 7, role: "editor", expiresAtMs: nowMs + 60_000 },
  });
});

Deno.test("an issued token has exactly the documented header and claims", async () => {
  const { token, expiresAtMs } = await tokensOf(ada).issue(ada, { ttlMs: 60_000 });
  assert.equal(expiresAtMs, nowMs + 60_000);
  const [head, body, signature] = token.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(head, "base64url").toString()), header);
  assert.deepEqual(JSON.parse(Buffer.from(body, "base64url").toString()), claims);
  assert.equal(signature, createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url"));
});

Deno.test("a token lasts until its expiry and not a second longer", async () => {
  const { token } = await tokensOf(ada).issue(ada, { ttlMs: 60_000 });
  assert.equal((await tokensOf(ada, nowMs + 59_000).verify(token)).ok, true);
  const late = await tokensOf(ada, nowMs + 60_000).verify(token);
  assert.deepEqual(late, { ok: false, reason: "expired_token", message: "The token has expired: log in again." });
});

Deno.test("no token, and things that are no token", async () => {
  await assertRefused(undefined, "missing_token");
  await assertRefused("", "missing_token");
  const whole = handMade(header, claims);
  const [head, body, signature] = whole.split(".");
  for (
    const token of [
      "x",
      "..",
      `${head}.${body}`,
      `${whole}.x`,
      `${head}.${base64url("not json")}.${signature}`,
      `${base64url("not json")}.${body}.${signature}`,
      `!${whole}`,
      "a".repeat(5000),
      handMade(header, "a string"),
      handMade(header, []),
      handMade({ ...header, crit: ["x"], x: 1 }, claims),
    ]
  ) {
    const outcome = await tokensOf(ada).verify(token);
    assert.ok(!outcome.ok, token);
    assert.ok(["malformed_token", "bad_signature", "wrong_algorithm"].includes(outcome.reason), outcome.reason);
  }
  await assertRefused("a".repeat(5000), "malformed_token");
  await assertRefused(`${head}.${body}`, "malformed_token");
});

Deno.test("a changed or foreign signature", async () => {
  const [head, body, signature] = handMade(header, claims).split(".");
  const forged = base64url({ ...claims, role: "admin" });
  await assertRefused(`${head}.${forged}.${signature}`, "bad_signature");
  await assertRefused(`${head}.${body}.`, "bad_signature");
  await assertRefused(handMade(header, claims, { key: new Uint8Array(32) }), "bad_signature");
});

Deno.test("any algorithm but HS256, with or without a valid HMAC", async () => {
  const none = `${base64url({ alg: "none", typ: "JWT" })}.${base64url(claims)}.`;
  await assertRefused(none, "wrong_algorithm");
  await assertRefused(handMade({ alg: "none" }, claims), "wrong_algorithm");
  await assertRefused(handMade({ alg: "RS256", typ: "JWT" }, claims), "wrong_algorithm");
  await assertRefused(handMade({ alg: "HS512" }, claims, { hash: "sha512" }), "wrong_algorithm");
  await assertRefused(handMade({ alg: "hs256" }, claims), "wrong_algorithm");
});

Deno.test("claims that do not fit", async () => {
  await assertRefused(handMade(header, { ...claims, exp: nowS }), "expired_token");
  await assertRefused(handMade(header, without("exp")), "no_expiry");
  await assertRefused(handMade(header, { ...claims, exp: "soon" }), "malformed_token");
  await assertRefused(handMade(header, { ...claims, aud: "elsewhere" }), "wrong_audience");
  await assertRefused(handMade(header, without("aud")), "wrong_audience");
  await assertRefused(handMade(header, { ...claims, iss: "elsewhere" }), "wrong_issuer");
  await assertRefused(handMade(header, without("iss")), "wrong_issuer");
  await assertRefused(handMade(header, { ...claims, nbf: nowS + 5 }), "not_yet_valid");
  await assertRefused(handMade(header, without("iat")), "malformed_token");
  await assertRefused(handMade(header, without("sub")), "malformed_token");
  await assertRefused(handMade(header, without("role")), "malformed_token");
  await assertRefused(handMade(header, { ...claims, role: "root" }), "malformed_token");
  await assertRefused(handMade(header, without("uid")), "malformed_token");
});

Deno.test("an account that was removed, or removed and added again", async () => {
  const token = handMade(header, claims);
  assert.deepEqual(await tokensOf(undefined).verify(token), {
    ok: false,
    reason: "unknown_user",
    message: "The token's account does not exist any more: log in with another.",
  });
  await assertRefused(token, "unknown_user", { ...ada, id: 8 });
});

Deno.test("the role is the lesser of the token's and the account's as it is now", async () => {
  const roleOf = async (account: Account, token: string) => {
    const outcome = await tokensOf(account).verify(token);
    return outcome.ok ? outcome.identity.role : outcome.reason;
  };
  const token = handMade(header, claims);
  assert.equal(await roleOf({ ...ada, role: "viewer" }, token), "viewer", "demoted: at once");
  assert.equal(await roleOf({ ...ada, role: "admin" }, token), "editor", "promoted: with the next token");
  const narrow = await tokensOf(ada).issue(ada, { ttlMs: 60_000, role: "viewer" });
  assert.equal(await roleOf(ada, narrow.token), "viewer");
  const greedy = await tokensOf(ada).issue(ada, { ttlMs: 60_000, role: "admin" });
  assert.equal(await roleOf({ ...ada, role: "admin" }, greedy.token), "editor");
});
