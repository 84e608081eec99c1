import assert from "node:assert/strict";
import { environmentName, options, type OptionSpec, optionTable } from "../../../server/config/options.ts";
import { openSettings } from "../../../server/config/settings.ts";
import { splitCommandLine } from "../../../server/config/words.ts";

interface Row {
  readonly spec: OptionSpec;
  readonly flag: readonly string[];
  readonly env: string;
  readonly file: unknown;
  /** What flag, environment, file and default amount to, in this order; neighbours differ. */
  readonly values: readonly [unknown, unknown, unknown, unknown];
}

const rows: readonly Row[] = [
  {
    spec: options.demo,
    flag: ["--demo", "grid:9"],
    env: "miserables",
    file: "scale-free",
    values: [
      { kind: "grid", nodes: 9 },
      { kind: "miserables" },
      { kind: "scale-free", nodes: 2000 },
      { kind: "communities", nodes: 2000 },
    ],
  },
  {
    spec: options.host,
    flag: ["--host=::1"],
    env: "0.0.0.0",
    file: "a.lan",
    values: ["::1", "0.0.0.0", "a.lan", "127.0.0.1"],
  },
  { spec: options.port, flag: ["--port", "1"], env: "2", file: 3, values: [1, 2, 3, 9090] },
  {
    spec: options.controlPort,
    flag: ["--control-port", "off"],
    env: "0",
    file: "off",
    values: ["off", 0, "off", 9000],
  },
  { spec: options.realtimePort, flag: ["--realtime-port", "4"], env: "off", file: 5, values: [4, "off", 5, 8081] },
  { spec: options.mcpPort, flag: ["--mcp-port", "65535"], env: "6", file: "7", values: [65535, 6, 7, 9500] },
  {
    spec: options.allowOrigin,
    flag: ["--allow-origin", "https://A.example:443/", "--allow-origin", "http://b.example:81"],
    env: "http://c.example, http://d.example",
    file: ["http://e.example"],
    values: [
      ["https://a.example", "http://b.example:81"],
      ["http://c.example", "http://d.example"],
      ["http://e.example"],
      undefined,
    ],
  },
  {
    spec: options.websocket,
    flag: ["--websocket", "ws"],
    env: "deno",
    file: "ws",
    values: ["ws", "deno", "ws", "auto"],
  },
  { spec: options.ioWorkers, flag: ["--io-workers", "1"], env: "2", file: 3, values: [1, 2, 3, 0] },
  { spec: options.open, flag: ["--open"], env: "no", file: true, values: [true, false, true, false] },
  { spec: options.quiet, flag: ["--quiet=yes"], env: "0", file: true, values: [true, false, true, false] },
  {
    spec: options.logFormat,
    flag: ["--log-format", "json"],
    env: "text",
    file: "json",
    values: ["json", "text", "json", "text"],
  },
  {
    spec: options.out,
    flag: ["--out", "a.f32"],
    env: "b.CSV",
    file: "c.d/e.json",
    values: [
      { path: "a.f32", format: "f32" },
      { path: "b.CSV", format: "csv" },
      { path: "c.d/e.json", format: "json" },
      undefined,
    ],
  },
  { spec: options.iterations, flag: ["--iterations", "1"], env: "2", file: 3, values: [1, 2, 3, undefined] },
  {
    spec: options.untilStable,
    flag: ["--no-until-stable"],
    env: "on",
    file: false,
    values: [false, true, false, undefined],
  },
  { spec: options.dims, flag: ["--dims", "2"], env: "3", file: 2, values: [2, 3, 2, 3] },
  {
    spec: options.report,
    flag: ["--report", "json"],
    env: "json",
    file: "json",
    values: ["json", "json", "json", undefined],
  },
  {
    spec: options.param,
    flag: ["--param", "repulsion=20", "--param=theta=0.5,layers=0"],
    env: "layers=2",
    file: "layers=3, anchor=1",
    values: [{ repulsion: 20, theta: 0.5, layers: 0 }, { layers: 2 }, { layers: 3, anchor: 1 }, undefined],
  },
  {
    spec: options.engine,
    flag: ["--engine", "cpu"],
    env: "webgpu",
    file: "cpu",
    values: ["cpu", "webgpu", "cpu", "auto"],
  },
  {
    spec: options.start,
    flag: ["--start", "graph"],
    env: "a/b.CSV",
    file: "c.json",
    values: [
      { kind: "graph" },
      { kind: "file", path: "a/b.CSV", format: "csv" },
      { kind: "file", path: "c.json", format: "json" },
      undefined,
    ],
  },
  { spec: options.seed, flag: ["--seed", "4294967295"], env: "0", file: 7, values: [4294967295, 0, 7, 42] },
  { spec: options.threads, flag: ["--threads", "64"], env: "1", file: 3, values: [64, 1, 3, 6] },
  {
    spec: options.data,
    flag: ["--data", "/a"],
    env: "/b",
    file: "c",
    values: ["/a", "/b", "c", "/home/ada/.local/share/orrery"],
  },
  {
    spec: options.role,
    flag: ["--role", "admin"],
    env: "editor",
    file: "admin",
    values: ["admin", "editor", "admin", "viewer"],
  },
  {
    spec: options.passwordStdin,
    flag: ["--password-stdin"],
    env: "off",
    file: true,
    values: [true, false, true, false],
  },
  {
    spec: options.ttl,
    flag: ["--ttl", "30s"],
    env: "15m",
    file: "7d",
    values: [30_000, 900_000, 604_800_000, 3_600_000],
  },
];

function valueOf({ spec, ...row }: Row, sources: { flag: boolean; env: boolean; file: boolean }): unknown {
  const env = { HOME: "/home/ada", ...(sources.env && { [environmentName(spec.name)]: row.env }) };
  const content = sources.file ? JSON.stringify({ [spec.name]: row.file }) : undefined;
  const host = {
    platform: "linux",
    cores: 6,
    readFile: (path: string) => path === "orrery.json" ? content : undefined,
  };
  const { flags } = splitCommandLine(sources.flag ? row.flag : []);
  return openSettings({ flags, env, host }).find(spec)?.value;
}

for (const row of rows) {
  Deno.test(`--${row.spec.name}: flag before environment before file before default`, () => {
    assert.deepEqual(valueOf(row, { flag: true, env: true, file: true }), row.values[0]);
    assert.deepEqual(valueOf(row, { flag: false, env: true, file: true }), row.values[1]);
    assert.deepEqual(valueOf(row, { flag: false, env: false, file: true }), row.values[2]);
    assert.deepEqual(valueOf(row, { flag: false, env: false, file: false }), row.values[3]);
  });
}

Deno.test("every option has its row above", () => {
  assert.deepEqual(rows.map(({ spec }) => spec.name).sort(), optionTable.map(({ name }) => name).sort());
});

Deno.test("an empty environment variable counts as absent, the last of two flags counts", () => {
  const host = { platform: "linux", cores: 200, readFile: () => undefined };
  const settings = openSettings({ flags: new Map(), env: { ORRERY_PORT: "" }, host });
  assert.equal(settings.read(options.port), 9090);
  assert.equal(settings.read(options.threads), 64, "the default number of threads is bounded");
  assert.equal(splitCommandLine(["--port", "1", "--port", "2"]).flags.get("port"), "2");
});
