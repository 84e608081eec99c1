/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The isolate that hashes passwords, so that a login holds up nothing else; it gives way to all other threads. One request at a time, one reply each. */

import { argon2id, argon2Verify } from "hash-wasm";
import { giveWay } from "../give_way.ts";
import { ARGON2, type Argon2Reply, type Argon2Request } from "./argon2.ts";

giveWay();

self.onmessage = async ({ data }: MessageEvent<Argon2Request>) => self.postMessage(await answer(data));

async function answer(request: Argon2Request): Promise<Argon2Reply> {
  try {
    if (request.kind === "verify") {
      return { kind: "verified", matches: await argon2Verify({ password: request.password, hash: request.encoded }) };
    }
    const { password, salt } = request;
    return { kind: "hashed", encoded: await argon2id({ password, salt, ...ARGON2, outputType: "encoded" }) };
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
