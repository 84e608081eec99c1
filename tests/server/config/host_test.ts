import assert from "node:assert/strict";
import { defaultDataFolder } from "../../../server/config/host.ts";
import { UserError } from "../../../server/config/user_error.ts";

Deno.test("the default data folder is the platform's", () => {
  assert.equal(defaultDataFolder("linux", { HOME: "/home/ada" }), "/home/ada/.local/share/orrery");
  assert.equal(defaultDataFolder("linux", { HOME: "/home/ada", XDG_DATA_HOME: "/data" }), "/data/orrery");
  assert.equal(defaultDataFolder("linux", { HOME: "/h", XDG_DATA_HOME: "relative" }), "/h/.local/share/orrery");
  assert.equal(defaultDataFolder("freebsd", { HOME: "/h" }), "/h/.local/share/orrery");
  assert.equal(defaultDataFolder("darwin", { HOME: "/Users/ada" }), "/Users/ada/Library/Application Support/Orrery");
  assert.equal(defaultDataFolder("windows", { LOCALAPPDATA: "C:\\L" }), "C:\\L\\Orrery");
  assert.equal(defaultDataFolder("windows", { USERPROFILE: "C:\\U" }), "C:\\U\\AppData\\Local\\Orrery");
});

Deno.test("without a home folder the sentence says what to give", () => {
  const expected = new UserError(
    "No home folder is known here, so there is no default data folder: give one with --data DIR.",
  );
  for (const platform of ["linux", "darwin", "windows"]) {
    assert.throws(() => defaultDataFolder(platform, {}), expected);
  }
});
