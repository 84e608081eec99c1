/** The program as a process: what it prints, how it ends. */
import assert from "node:assert/strict";
import { ServerProcess } from "../helpers/server_process.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";

const MAIN = `${import.meta.dirname}/../../main.ts`;

async function orrery(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", MAIN, ...argv] });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("what the user can mend is one sentence and exit code 2", () =>
  withTempFolder(async (folder) => {
    const cases: [string[], RegExp][] = [
      [["--prot", "9"], /^orrery: Unknown option --prot: did you mean --port\?\n$/],
      [[`${folder}/none.csv`], /^orrery: .*none\.csv: there is no such file\n$/],
      [["layout", "a.csv", "--out", `${folder}/a.png`], /^orrery: --out must be a file ending in/],
      [
        ["--demo", "grid:9", "--data", folder, "--port", "0", "--host", "300.1.1.1"],
        /^orrery: Cannot listen on 300\.1\.1\.1/,
      ],
      [["--demo", "grid:9", "--data", `${MAIN}/x`, "--port", "0"], /^orrery: .*main\.ts/],
    ];
    for (const [argv, sentence] of cases) {
      const { code, out, err } = await orrery(...argv);
      assert.deepEqual([code, out, err.trimEnd().split("\n").length], [2, "", 1], `${argv}: ${err}`);
      assert.match(err, sentence);
    }
  }));

Deno.test("a port in use is said before the graph is read", () =>
  withTempFolder(async (folder) => {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr;
    const { code, err } = await orrery(`${folder}/none.csv`, "--data", folder, "--port", String(port));
    taken.close();
    assert.equal(code, 2);
    assert.match(err, new RegExp(`Port ${port} on 127.0.0.1 is in use`));
  }));

Deno.test("a second server on the same data folder is told so; one that was killed leaves the folder free", () =>
  withTempFolder(async (data) => {
    const argv = ["--demo", "miserables", "--engine", "cpu", "--port", "0", "--data", data];
    const first = await ServerProcess.start(argv);
    const { code, err } = await orrery(...argv);
    assert.deepEqual([code, await first.stop("SIGKILL") === 0], [2, false]);
    assert.match(err, /^orrery: Another server uses the data folder .*: stop it, or choose another folder with --data/);
    const next = await ServerProcess.start(argv);
    assert.equal(await next.stop("SIGTERM"), 0);
  }));

Deno.test("a signal while people watch: they are told, and the exit code is 0", () =>
  withTempFolder(async (folder) => {
    for (const websocket of ["deno", "ws"]) {
      const argv = [
        "--demo",
        "miserables",
        "--engine",
        "cpu",
        "--data",
        folder,
        "--port",
        "0",
        "--websocket",
        websocket,
      ];
      const server = await ServerProcess.start(argv), { hash } = new URL(server.link);
      const client = await SocketClient.connect(
        `ws://127.0.0.1:${server.port}/ws?token=${hash.replace("#token=", "")}`,
      );
      await client.bytes();
      const code = await server.stop("SIGTERM");
      assert.deepEqual([code, (await client.closed).code], [0, 1001]);
    }
  }));

Deno.test("[EV-22] a stop tells 50 clients to come back at moments of their own, and is over within 5 s", () =>
  withTempFolder(async (folder) => {
    const argv = ["--demo", "miserables", "--engine", "cpu", "--data", folder, "--port", "0"];
    const server = await ServerProcess.start(argv), token = new URL(server.link).hash.replace("#token=", "");
    const url = `ws://127.0.0.1:${server.port}/ws?token=${token}`;
    const clients = await Promise.all(Array.from({ length: 50 }, () => SocketClient.connect(url)));
    const startMs = performance.now(), code = await server.stop("SIGTERM");
    assert.ok(performance.now() - startMs < 5000);
    assert.equal(code, 0);
    const ends = await Promise.all(clients.map(({ closed }) => closed));
    const waits = ends.map(({ code, reason }) => {
      assert.equal(code, 1001);
      return Number(/^The server is stopping; retry_after=(\d\.\d{3})\.$/.exec(reason)?.[1]);
    });
    // Of 3,000 milliseconds 50 may pick the same now and then.
    assert.ok(new Set(waits).size > 40, `${waits}`);
    assert.ok(Math.min(...waits) >= 1 && Math.max(...waits) <= 4, `${waits}`);
  }));

Deno.test("a signal while the graph is being read ends the program with 0", () =>
  withTempFolder(async (folder) => {
    const graph = `${folder}/big.csv`;
    await Deno.writeTextFile(graph, "source,target\n" + "a,b\n".repeat(4_000_000));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "serve", graph, "--data", folder, "--port", "0"],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const reader = child.stderr.getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /reading .*big\.csv/);
    child.kill("SIGTERM");
    await reader.cancel();
    assert.equal((await child.status).code, 0);
  }));

Deno.test("layout writes every format, and the same seed gives the same bytes", () =>
  withTempFolder(async (folder) => {
    const graph = `${folder}/ring.csv`,
      lay = (name: string, ...more: string[]) =>
        orrery("layout", graph, "--out", `${folder}/${name}`, "--engine", "cpu", "--iterations", "40", ...more);
    await Deno.writeTextFile(
      graph,
      Array.from({ length: 60 }, (_, index) => `n${index},n${(index + 1) % 60}\n`).join(""),
    );
    const runs = await Promise.all([lay("a.f32"), lay("b.f32", "--threads", "2"), lay("c.f32", "--seed", "7")]);
    assert.deepEqual(runs.map(({ code }) => code), [0, 0, 0]);
    const [a, b, c] = ["a", "b", "c"].map((name) => Deno.readFileSync(`${folder}/${name}.f32`));
    assert.equal(a.byteLength, 60 * 12);
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
    const { code, out } = await lay("d.json", "--report", "json");
    assert.equal(code, 0);
    assert.deepEqual((({ nodes, edges, steps }) => ({ nodes, edges, steps }))(JSON.parse(out)), {
      nodes: 60,
      edges: 60,
      steps: 40,
    });
    assert.equal(JSON.parse(Deno.readTextFileSync(`${folder}/d.json`)).nodes.length, 60);
    assert.equal((await lay("e.csv")).code, 0);
    assert.equal(Deno.readTextFileSync(`${folder}/e.csv`).trimEnd().split("\n").length, 61);
  }));
