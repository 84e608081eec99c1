import assert from "node:assert/strict";
import { openSecret } from "../../../server/store/secret.ts";
import { seededBytes } from "../../helpers/random_bytes.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

const onWindows = Deno.build.os === "windows";

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("the secret is made once, 32 bytes, and read ever after", () =>
  withTempFolder((folder) => {
    const made = openSecret(folder, seededBytes(1));
    assert.equal(made.bytes.length, 32);
    assert.ok(new Set(made.bytes).size > 20, "it looks random");
    assert.deepEqual(openSecret(folder, seededBytes(2)), made);
    assert.deepEqual(new Uint8Array(Deno.readFileSync(`${folder}/token.secret`)), made.bytes);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["token.secret"]);
  }));

Deno.test({
  name: "the secret is 0600, and tightened with a warning where it was not",
  ignore: onWindows,
  fn: () =>
    withTempFolder((folder) => {
      const path = `${folder}/token.secret`;
      assert.equal(openSecret(folder, seededBytes(1)).warning, undefined);
      assert.equal(modeOf(path), 0o600);
      Deno.chmodSync(path, 0o644);
      assert.equal(
        openSecret(folder, seededBytes(1)).warning,
        `${path} could be read by others until now; remove it to get a new secret if that matters.`,
      );
      assert.equal(modeOf(path), 0o600);
    }),
});

Deno.test("a secret that is too short is refused", () =>
  withTempFolder((folder) => {
    const path = `${folder}/token.secret`;
    for (const length of [0, 31]) {
      Deno.writeFileSync(path, new Uint8Array(length), { mode: 0o600 });
      assert.throws(() => openSecret(folder, seededBytes(1)), {
        name: "StoreError",
        kind: "damaged",
        message:
          `${path} holds ${length} bytes instead of 32: restore it, or remove it to get a new one (everybody logs in again).`,
      });
    }
  }));

Deno.test("a secret that cannot be read is refused", () =>
  withTempFolder((folder) => {
    const path = `${folder}/token.secret`;
    Deno.mkdirSync(path);
    assert.throws(() => openSecret(folder, seededBytes(1)), {
      name: "StoreError",
      kind: "unwritable",
      message:
        `${path} cannot be read and written (is a directory): mend its permissions or choose another folder with --data DIR.`,
    });
  }));
