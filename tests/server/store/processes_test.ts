import assert from "node:assert/strict";
import { openPins } from "../../../server/store/pins.ts";
import { openDatabase } from "../../../server/store/sqlite.ts";
import { withTempFolder } from "../../helpers/temp_folder.ts";

const script = `${import.meta.dirname}/pinning_process.ts`;

interface PinningProcess {
  readonly child: Deno.ChildProcess;
  readonly stdin: WritableStreamDefaultWriter<Uint8Array>;
}

function startPinning(folder: string, name: string, count: number): PinningProcess {
  const args = ["run", "--no-lock", "-A", script, folder, name, String(count)];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  return { child, stdin: child.stdin.getWriter() };
}

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout.values({ preventCancel: true })) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0];
}

async function killHard({ child, stdin }: PinningProcess): Promise<void> {
  child.kill("SIGKILL");
  assert.equal((await child.status).signal, "SIGKILL");
  await stdin.abort().catch((error) => assert.ok(error instanceof Error));
  await child.stdout.cancel();
}

Deno.test("a pin survives kill -9 the moment after it was saved", async () => {
  await withTempFolder(async (folder) => {
    const pinning = startPinning(folder, "node", 1);
    await pinning.stdin.write(Uint8Array.of(10));
    assert.match(await firstLine(pinning.child), / done$/);
    await killHard(pinning);
    const database = openDatabase(folder);
    assert.deepEqual(openPins(database, "graph").list().map((pin) => ({ ...pin })), [{
      node: "node0",
      x: 0,
      y: 0.5,
      z: -1,
    }]);
    database.close();
  });
});

Deno.test("processes that start at once on an empty folder share secret and database", async () => {
  await withTempFolder(async (parent) => {
    const folder = `${parent}/data`;
    const all = ["a", "b", "c", "d"].map((name) => startPinning(folder, name, 200));
    await Promise.all(all.map(({ stdin }) => stdin.write(Uint8Array.of(10))));
    const lines = await Promise.all(all.map(({ child }) => firstLine(child)));
    assert.match(lines[0], /^(\d+,){31}\d+ done$/);
    assert.equal(new Set(lines).size, 1, "all sign with the same secret");
    await Promise.all(all.map(killHard));
    const database = openDatabase(folder);
    assert.equal(openPins(database, "graph").list().length, 800);
    assert.deepEqual({ ...Object(database.prepare("PRAGMA integrity_check").get()) }, { integrity_check: "ok" });
    database.close();
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.startsWith("token"));
    assert.deepEqual(left, ["token.secret"], "no draft is left behind");
  });
});
