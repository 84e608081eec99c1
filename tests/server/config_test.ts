import assert from "node:assert/strict";
import { type Command, parseCommand, UserError } from "../../server/config.ts";
import { commandNames, optionTable } from "../../server/config/options.ts";

interface Surroundings {
  readonly env?: Record<string, string>;
  readonly file?: string;
}

function parse(line: string, { env, file }: Surroundings = {}): Command | UserError {
  const host = { platform: "linux", cores: 6, readFile: () => file };
  return parseCommand(line.split(" ").filter(Boolean), { HOME: "/home/ada", ...env }, host);
}

const physics = { engine: "auto", seed: 42, threads: 6, start: undefined };

const plainServe = {
  kind: "serve",
  graph: { kind: "demo", demo: { kind: "communities", nodes: 2000 } },
  host: "127.0.0.1",
  port: 9090,
  controlPort: 9000,
  realtimePort: 8081,
  mcpPort: 9500,
  allowOrigins: [],
  data: "/home/ada/.local/share/orrery",
  websocket: "auto",
  ioWorkers: 0,
  open: false,
  quiet: false,
  logFormat: "text",
  ...physics,
};

Deno.test("serve: the word is optional, and nothing at all serves the default demo", () => {
  assert.deepEqual(parse(""), plainServe);
  assert.deepEqual(parse("serve"), plainServe);
  const files = { ...plainServe, graph: { kind: "files", paths: ["a.csv", "b.csv"] } };
  assert.deepEqual(parse("a.csv b.csv"), files);
  assert.deepEqual(parse("serve a.csv b.csv"), files);
  assert.deepEqual(parse("--no-open serve a.csv b.csv"), files);
});

Deno.test("serve: every option reaches its field", () => {
  const line = "g.csv --host 0.0.0.0 --port 1 --control-port 2 --realtime-port off --mcp-port 0 --data d " +
    "--allow-origin https://x.example --websocket ws --io-workers 3 --open --quiet --log-format json --engine cpu --seed 5 --threads 3 --start graph";
  assert.deepEqual(parse(line), {
    kind: "serve",
    graph: { kind: "files", paths: ["g.csv"] },
    host: "0.0.0.0",
    port: 1,
    controlPort: 2,
    realtimePort: "off",
    mcpPort: 0,
    allowOrigins: ["https://x.example"],
    data: "d",
    websocket: "ws",
    ioWorkers: 3,
    open: true,
    quiet: true,
    logFormat: "json",
    engine: "cpu",
    seed: 5,
    threads: 3,
    start: { kind: "graph" },
  });
});

Deno.test("a graph that is named like a command comes after -- or behind the word serve", () => {
  const expected = { ...plainServe, graph: { kind: "files", paths: ["layout"] } };
  assert.deepEqual(parse("-- layout"), expected);
  assert.deepEqual(parse("serve layout"), expected);
});

Deno.test("a file on the command line comes before a demo of the environment", () => {
  const expected = { ...plainServe, graph: { kind: "files", paths: ["a.csv"] } };
  assert.deepEqual(parse("a.csv", { env: { ORRERY_DEMO: "grid:4" } }), expected);
});

Deno.test("a default port that another service was given becomes any free one", () => {
  assert.deepEqual(parse("--port 9000"), { ...plainServe, port: 9000, controlPort: 0 });
  assert.deepEqual(parse("--mcp-port 9090"), { ...plainServe, port: 0, mcpPort: 9090 });
});

Deno.test("layout: files, output and stop rule", () => {
  const out = { path: "o.json", format: "json" };
  const plain = { kind: "layout", paths: ["a", "b"], out, dims: 3, params: {}, report: undefined, ...physics };
  assert.deepEqual(parse("layout a b --out o.json"), { ...plain, stop: { kind: "until-stable" } });
  assert.deepEqual(parse("layout a b --out o.json --until-stable"), { ...plain, stop: { kind: "until-stable" } });
  assert.deepEqual(
    parse(
      "layout a b --out o.json --iterations 7 --dims 2 --report json --seed 1 --engine cpu --threads 2 --start p.F32",
    ),
    {
      ...plain,
      stop: { kind: "iterations", count: 7 },
      dims: 2,
      params: {},
      report: "json",
      engine: "cpu",
      seed: 1,
      threads: 2,
      start: { kind: "file", path: "p.F32", format: "f32" },
    },
  );
});

Deno.test("layout: of two stop rules the one nearer to the user counts", () => {
  const stop = (line: string, surroundings: Surroundings) => {
    const command = parse(`layout a --out o.f32 ${line}`, surroundings);
    return !(command instanceof UserError) && command.kind === "layout" ? command.stop : command;
  };
  const stable = { ORRERY_UNTIL_STABLE: "true" }, five = { ORRERY_ITERATIONS: "5" };
  assert.deepEqual(stop("--until-stable", { env: five }), { kind: "until-stable" });
  assert.deepEqual(stop("--iterations 9", { env: stable }), { kind: "iterations", count: 9 });
  assert.deepEqual(stop("", { env: five, file: `{"until-stable":true}` }), { kind: "iterations", count: 5 });
  assert.deepEqual(stop("--no-until-stable", { env: five }), { kind: "iterations", count: 5 });
});

Deno.test("accounts: add, list, remove, token", () => {
  const data = "/home/ada/.local/share/orrery";
  const ada = { kind: "user-add", user: "ada", role: "viewer", passwordStdin: false, data };
  assert.deepEqual(parse("user add ada"), ada);
  assert.deepEqual(parse("user add ada --role admin --password-stdin --data d"), {
    ...ada,
    role: "admin",
    passwordStdin: true,
    data: "d",
  });
  assert.deepEqual(parse("user list"), { kind: "user-list", data });
  assert.deepEqual(parse("user remove ada"), { kind: "user-remove", user: "ada", data });
  assert.deepEqual(parse("token ada --ttl 2h"), { kind: "token", user: "ada", ttlMs: 7_200_000, data });
});

Deno.test("version, help and self-test are words and flags, and need no sound configuration", () => {
  const broken = { file: "{", env: { ORRERY_PORT: "x" } };
  for (const line of ["version", "--version", "-V", "a.csv --version"]) {
    assert.deepEqual(parse(line, broken), { kind: "version" });
  }
  for (const line of ["self-test", "--self-test"]) assert.deepEqual(parse(line, broken), { kind: "self-test" });
  for (const line of ["help", "--help", "-h", "--help --no-such-option"]) {
    const command = parse(line, broken);
    assert.ok(!(command instanceof UserError) && command.kind === "help");
    assert.match(command.text, /^Orrery turns any graph/);
  }
});

function help(line: string): string {
  const command = parse(line);
  assert.ok(!(command instanceof UserError) && command.kind === "help", `"${line}" gives no help`);
  return command.text;
}

Deno.test("help mentions every command and every option, in lines of at most 100 characters", () => {
  const text = help("help");
  for (const name of commandNames) assert.ok(text.includes(name === "serve" ? "[serve]" : name), name);
  for (const { name } of optionTable) assert.ok(text.includes(`\n  --${name}`), name);
  for (const name of commandNames) {
    const own = help(`help ${name}`);
    for (const { name: option, commands } of optionTable) {
      assert.equal(own.includes(`\n  --${option}`), commands.includes(name), `${name} --${option}`);
    }
  }
  for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
});

Deno.test("--help beside a command is about that command", () => {
  assert.equal(help("layout --help"), help("help layout"));
  assert.equal(help("user add -h"), help("help user add"));
  assert.equal(help("user --help"), ["add", "list", "remove"].map((word) => help(`help user ${word}`)).join("\n"));
  assert.equal(
    help("help user list"),
    "  orrery user list                list the accounts\n" +
      "  --data DIR                      folder of accounts, secret and database\n" +
      "                                  (default: the platform's; on Linux ~/.local/share/orrery)\n",
  );
});
