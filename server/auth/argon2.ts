/** What the password isolate and its owner tell each other, and the cost of one hash. */

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
export const ARGON2 = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

export const SALT_BYTES = 16;

/** Costs as much to verify as any account's hash, and belongs to no password. */
export const NOBODYS_HASH = `$argon2id$v=19$m=${ARGON2.memorySize},t=${ARGON2.iterations},p=${ARGON2.parallelism}$${
  "A".repeat(Math.ceil(SALT_BYTES * 4 / 3))
}$${"A".repeat(Math.ceil(ARGON2.hashLength * 4 / 3))}`;

export type Argon2Request =
  | { readonly kind: "hash"; readonly password: string; readonly salt: Uint8Array }
  | { readonly kind: "verify"; readonly password: string; readonly encoded: string };

export type Argon2Reply =
  | { readonly kind: "hashed"; readonly encoded: string }
  | { readonly kind: "verified"; readonly matches: boolean }
  | { readonly kind: "failed"; readonly message: string };
