import assert from "node:assert/strict";
import { layout } from "../../server/layout.ts";
import { silent } from "../../server/progress.ts";
import { readStart, startFrom } from "../../server/start_places.ts";
import { parseCommand, UserError } from "../../server/config.ts";
import { graphOf } from "../helpers/graphs.ts";
import { eventOf, getJson } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";

const GRAPH = graphOf(3, [[0, 1], [1, 2]]);

const refused = (path: string, pattern: RegExp) =>
  assert.rejects(
    readStart({ kind: "file", path, format: path.endsWith("f32") ? "f32" : "csv" }, GRAPH),
    (error) => error instanceof UserError && pattern.test(error.message),
  );

Deno.test("places of a file are taken in input order or by key, and a file of another graph is refused", () =>
  withTempFolder(async (folder) => {
    const raw = `${folder}/a.f32`, table = `${folder}/a.csv`, other = `${folder}/b.csv`, bare = `${folder}/c.csv`;
    Deno.writeFileSync(raw, new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9).buffer));
    assert.deepEqual(
      await readStart({ kind: "file", path: raw, format: "f32" }, GRAPH),
      { positions: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) },
    );
    Deno.writeTextFileSync(table, "id,label,x,y,z\nn2,c,7,8,9\nn0,a,1,2,3\nextra,e,0,0,0\n");
    assert.deepEqual(
      await readStart({ kind: "file", path: table, format: "csv" }, GRAPH),
      { positions: Float32Array.of(1, 2, 3, NaN, NaN, NaN, 7, 8, 9) },
    );
    Deno.writeTextFileSync(other, "id,label,x,y,z\nm0,a,1,2,3\n");
    Deno.writeTextFileSync(bare, "id,label\nn0,a\n");
    Deno.writeFileSync(raw, new Uint8Array(35));
    await refused(raw, /holds 35 bytes, and 3 nodes take 36/);
    await refused(`${folder}/none.f32`, /cannot be read: no such file or directory/);
    await refused(other, /places none of the graph's nodes/);
    await refused(bare, /has not x and y of every node/);
    await assert.rejects(readStart({ kind: "graph" }, GRAPH), /--start graph needs x and y of every node/);
    const positions = new Float32Array(9);
    assert.deepEqual(await readStart({ kind: "graph" }, { ...GRAPH, positions }), { positions });
  }));

Deno.test("places of an earlier run are found by key; too few of them are none", () => {
  const positions = Float32Array.of(1, 1, 1, 2, 2, 2), kept = { keys: ["b", "a"], positions, heat: 0.5 };
  assert.deepEqual(startFrom(kept, ["b", "a"]), { positions, heat: 0.5 });
  const moved = startFrom(kept, ["a", "new", "b", "x"]);
  assert.deepEqual(moved?.positions, Float32Array.of(2, 2, 2, NaN, NaN, NaN, 1, 1, 1, NaN, NaN, NaN));
  assert.equal(startFrom(kept, ["a", "x", "y"]), undefined);
});

Deno.test("layout goes on from a file that layout wrote, and from places in the graph itself", () =>
  withTempFolder(async (folder) => {
    const graph = `${folder}/g.csv`, far = `${folder}/far.json`;
    Deno.writeTextFileSync(graph, "source,target\na,b\nb,c\nc,d\n");
    const nodes = ["a", "b", "c", "d"].map((id, k) => ({ id, x: 1000 + k, y: 0, z: 0 }));
    const edges = [["a", "b"], ["b", "c"], ["c", "d"]].map(([source, target]) => ({ source, target }));
    Deno.writeTextFileSync(far, JSON.stringify({ nodes, edges }));
    const host = { platform: "linux", cores: 1, readFile: () => undefined };
    const run = async (...argv: string[]) => {
      const out = `${folder}/out.f32`;
      const command = parseCommand(["layout", ...argv, "--out", out, "--engine", "cpu", "--iterations", "3"], {}, host);
      assert.ok(!(command instanceof UserError) && command.kind === "layout", String(command));
      await layout(command, { progress: silent, now: Date.now });
      return new Float32Array(Deno.readFileSync(out).buffer);
    };
    assert.ok((await run(graph))[0] < 100);
    assert.ok(Math.abs((await run(graph, "--start", far))[0] - 1000) < 10);
    assert.ok(Math.abs((await run(far, "--start", "graph"))[0] - 1000) < 10);
    assert.ok((await run(far))[0] < 100, "places in a graph count only where they are asked for");
    const bad = parseCommand(["layout", graph, "--out", "x.f32", "--start", "places.txt"], {}, host);
    assert.match(String(bad), /--start must be a file ending in \.f32, \.csv or \.json, or "graph"/);
  }));

Deno.test("after a restart the layout is where it was; what was added since is placed beside its neighbours", () =>
  withTempFolder(async (data) => {
    // deno-lint-ignore no-explicit-any -- the shape is what the assertions check
    const placesOf = async ({ base, adminToken }: { base: string; adminToken: string }): Promise<Map<string, any>> => {
      const { nodes } = await getJson(`${base}/api/graph`, adminToken);
      // deno-lint-ignore no-explicit-any -- as above
      return new Map(nodes.map((node: any) => [node.key, node]));
    };
    const settled = async ({ ws, adminToken }: TestServer) => {
      const watcher = await SocketClient.connect(`${ws}?token=${adminToken}&rate=1`);
      watcher.send(JSON.stringify({ type: "subscribe", data: { channels: ["status"] } }));
      await watcher.next((message) => eventOf("status")(message)?.data.state === "settled" || undefined);
      await watcher.close();
    };
    const first = await startServer(["--demo", "miserables"], data);
    await settled(first);
    const before = await placesOf(first);
    await first.close();
    assert.ok(!first.log.some((line) => line.includes("--start")), "nothing to say");
    const second = await startServer(["--demo", "miserables", "--start", "elsewhere.csv"], data);
    assert.ok(second.log.includes("The layout goes on where an earlier run left it, and not at --start."));
    await settled(second);
    assert.equal((await getJson(`${second.base}/api/health`)).step, 0, "it was at rest and stays there");
    for (const [key, { x, y, z }] of await placesOf(second)) {
      const old = before.get(key);
      assert.deepEqual([x, y, z], [old.x, old.y, old.z]);
    }
    await second.close();
  }));
