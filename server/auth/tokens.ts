/** Bearer tokens: JWTs signed by HS256 with the secret of the data folder, worth what their account is worth now. */
import { errors, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import type { Account, Accounts } from "../store/accounts.ts";
import { lesserRole, type Role, roles } from "./roles.ts";

const ALGORITHM = "HS256";
const PARTY = "orrery";
const MAX_TOKEN_LENGTH = 4096;

/** Who is asking, as long as the token lasts. */
export interface Identity {
  readonly user: string;
  /** Number of the account: one that is removed and added again under the same name is another. */
  readonly account: number;
  readonly role: Role;
  readonly expiresAtMs: number;
}

/** Why a token is refused, each with a sentence for whoever holds it. */
export const refusals = {
  missing_token: "This needs a token: log in first.",
  malformed_token: "The token is malformed: log in again.",
  wrong_algorithm: "The token is not signed by HS256: log in again.",
  bad_signature: "The token was not signed by this server: log in again.",
  wrong_issuer: "The token was issued by somebody else: log in again.",
  wrong_audience: "The token was made for something else: log in again.",
  no_expiry: "The token has no expiry: log in again.",
  not_yet_valid: "The token is not valid yet: wait, or log in again.",
  expired_token: "The token has expired: log in again.",
  unknown_user: "The token's account does not exist any more: log in with another.",
} as const;

export type Refusal = keyof typeof refusals;

export type VerifyOutcome =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: Refusal; readonly message: string };

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface TokenTerms {
  readonly ttlMs: number;
  /** Less than the account's own role, for a link that is handed on; the account's own where absent. */
  readonly role?: Role;
}

export interface Tokens {
  issue(account: Account, terms: TokenTerms): Promise<IssuedToken>;
  /** The role is the lesser of the token's and the account's as it is now. */
  verify(token: string | undefined): Promise<VerifyOutcome>;
}

export interface TokenOptions {
  readonly accounts: Pick<Accounts, "find">;
  readonly secret: Uint8Array;
  readonly now: () => number;
}

/** `uid` ties a token to the account it was issued for: one that is removed and added again is another. */
const claims = v.object({ sub: v.string(), role: v.picklist(roles), uid: v.number(), exp: v.number() });

export function openTokens({ accounts, secret, now }: TokenOptions): Tokens {
  async function check(token: string): Promise<Identity | Refusal> {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      issuer: PARTY,
      audience: PARTY,
      requiredClaims: ["exp", "iat", "sub"],
      currentDate: new Date(now()),
    });
    const parsed = v.safeParse(claims, payload);
    if (!parsed.success) return "malformed_token";
    const { sub, role, uid, exp } = parsed.output;
    const account = accounts.find(sub);
    if (account === undefined || account.id !== uid) return "unknown_user";
    return { user: account.name, account: uid, role: lesserRole(role, account.role), expiresAtMs: exp * 1000 };
  }
  return {
    async issue(account, { ttlMs, role = account.role }) {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = Math.floor((now() + ttlMs) / 1000);
      const token = await new SignJWT({ role: lesserRole(role, account.role), uid: account.id })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setSubject(account.name).setIssuer(PARTY).setAudience(PARTY)
        .setIssuedAt(issuedAt).setExpirationTime(expiresAt)
        .sign(secret);
      return { token, expiresAtMs: expiresAt * 1000 };
    },
    async verify(token) {
      if (token === undefined || token === "") return refuse("missing_token");
      if (token.length > MAX_TOKEN_LENGTH) return refuse("malformed_token");
      try {
        const result = await check(token);
        return typeof result === "string" ? refuse(result) : { ok: true, identity: result };
      } catch (error) {
        if (error instanceof errors.JOSEError) return refuse(refusalOf(error));
        throw error;
      }
    },
  };
}

function refuse(reason: Refusal): VerifyOutcome {
  return { ok: false, reason, message: refusals[reason] };
}

function refusalOf(error: errors.JOSEError): Refusal {
  if (error instanceof errors.JWTExpired) return "expired_token";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "bad_signature";
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return "wrong_algorithm";
  if (!(error instanceof errors.JWTClaimValidationFailed)) return "malformed_token";
  if (error.claim === "iss") return "wrong_issuer";
  if (error.claim === "aud") return "wrong_audience";
  if (error.claim === "nbf") return "not_yet_valid";
  return error.claim === "exp" && error.reason === "missing" ? "no_expiry" : "malformed_token";
}
