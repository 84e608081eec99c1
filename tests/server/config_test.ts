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

function assertRefused(line: string, message: string, surroundings?: Surroundings): void {
  const error = parse(line, surroundings);
  assert.ok(error instanceof UserError, `"${line}" was accepted`);
  assert.equal(error.message, message);
  assert.equal(error.exitCode, 2);
}

const physics = { engine: "auto", seed: 42, threads: 6 };

const plainServe = {
  kind: "serve",
  graph: { kind: "demo", demo: { name: "communities", nodes: 2000 } },
  host: "127.0.0.1",
  port: 9090,
  controlPort: 9000,
  realtimePort: 8081,
  mcpPort: 9500,
  allowOrigins: [],
  data: "/home/ada/.local/share/orrery",
  websocket: "auto",
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
    "--allow-origin https://x.example --websocket ws --open --quiet --log-format json --engine cpu --seed 5 --threads 3";
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
    open: true,
    quiet: true,
    logFormat: "json",
    engine: "cpu",
    seed: 5,
    threads: 3,
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
  const plain = { kind: "layout", paths: ["a", "b"], out, dims: 3, report: undefined, ...physics };
  assert.deepEqual(parse("layout a b --out o.json"), { ...plain, stop: { kind: "until-stable" } });
  assert.deepEqual(parse("layout a b --out o.json --until-stable"), { ...plain, stop: { kind: "until-stable" } });
  assert.deepEqual(
    parse("layout a b --out o.json --iterations 7 --dims 2 --report json --seed 1 --engine cpu --threads 2"),
    {
      ...plain,
      stop: { kind: "iterations", count: 7 },
      dims: 2,
      report: "json",
      engine: "cpu",
      seed: 1,
      threads: 2,
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

Deno.test("commands that cannot be understood", () => {
  assertRefused("user", "orrery user needs one of: add NAME, list, remove NAME.");
  assertRefused("user frobnicate", "orrery user needs one of: add NAME, list, remove NAME.");
  assertRefused("user ad ada", 'There is no command "user ad": did you mean "orrery user add"?');
  assertRefused("user add", "orrery user add needs a NAME: the account's name.");
  assertRefused("user remove", "orrery user remove needs a NAME: the account's name.");
  assertRefused("token", "orrery token needs a NAME: the account's name.");
  assertRefused("user add ada bob", 'orrery user add has no use for "bob": leave it out.');
  assertRefused("user list ada", 'orrery user list has no use for "ada": leave it out.');
  assertRefused("version now", 'orrery version has no use for "now": leave it out.');
  assertRefused("layout --out o.f32", "orrery layout needs a GRAPH: a file to lay out.");
  assertRefused(
    "layout a",
    "orrery layout needs --out FILE: a file ending in .f32, .csv, .json or .gexf to write to.",
  );
  assertRefused("help laout", 'There is no command "laout": did you mean "layout"?');
  assertRefused("help frobnicate", 'There is no command "frobnicate": "orrery help" lists them.');
});

Deno.test("options that do not exist, do not fit or exclude each other", () => {
  assertRefused("--prot 1", "Unknown option --prot: did you mean --port?");
  assertRefused("--frobnicate", 'Unknown option --frobnicate: "orrery help" lists them all.');
  assertRefused("-p 1", 'Unknown option -p: "orrery help" lists them all.');
  assertRefused("--no-port", 'Unknown option --no-port: "orrery help" lists them all.');
  assertRefused("--port", "--port needs a value: a number from 0 to 65535 (0 = any free port).");
  assertRefused("--host --open", "--host needs a value: an address or a host name.");
  assertRefused(
    "a.csv --iterations 3",
    '--iterations is an option of "orrery layout", not of "orrery serve": leave it out.',
  );
  assertRefused(
    "layout a --out o.f32 --iterations 3 --until-stable",
    "--iterations and --until-stable exclude each other: give only one of them.",
  );
  assertRefused(
    "layout a --out o.f32",
    "ORRERY_ITERATIONS and ORRERY_UNTIL_STABLE exclude each other: give only one of them.",
    { env: { ORRERY_ITERATIONS: "3", ORRERY_UNTIL_STABLE: "1" } },
  );
  assertRefused("a.csv --demo miserables", 'A GRAPH ("a.csv") and --demo exclude each other: give only one of them.');
  assertRefused(
    "--port 7000 --mcp-port 7000",
    "--port and --mcp-port are both 7000: give each its own port.",
  );
});

Deno.test("every option says what it must be, whatever is wrong with it", () => {
  const bad: Readonly<Record<string, readonly string[]>> = {
    demo: ["", "mars", "grid:", "grid:1", "grid:1000001", "grid:2:3", "miserables:77", "Grid:9"],
    host: [""],
    port: ["", "off", "-1", "65536", "1e3", "0x10", "9090.5", " 1"],
    "control-port": ["on", "65536"],
    "realtime-port": ["OFF", "-1"],
    "mcp-port": ["", "99999999999999999999"],
    "allow-origin": ["", "example.org", "https://a.example/path", "ftp://a.example", "https://a.example,"],
    websocket: ["node"],
    open: ["maybe"],
    quiet: [""],
    "log-format": ["xml"],
    out: ["", "layout", "layout.png", "f32"],
    iterations: ["0", "1000001", "ten"],
    "until-stable": ["2"],
    dims: ["1", "4"],
    report: ["text"],
    engine: ["gpu"],
    seed: ["-1", "4294967296", "1.5"],
    threads: ["0", "65"],
    data: [""],
    role: ["root"],
    "password-stdin": ["secret"],
    ttl: ["", "1", "h", "0s", "1w", "366d", "1.5h", "-1h"],
  };
  const words = new Map<string, readonly string[]>([
    ["serve", []],
    ["layout", ["layout", "g", "--out=o.f32"]],
    ["user add", ["user", "add", "ada"]],
    ["token", ["token", "ada"]],
  ]);
  const host = { platform: "linux", cores: 6, readFile: () => undefined };
  for (const { name, commands: [command], expects } of optionTable) {
    assert.ok(bad[name]?.length > 0, name);
    for (const value of bad[name]) {
      const argv = [...words.get(command) ?? [], `--${name}=${value}`];
      const error = parseCommand(argv, { HOME: "/h" }, host);
      assert.ok(error instanceof UserError, argv.join(" "));
      assert.equal(error.message, `--${name} must be ${expects}, not ${JSON.stringify(value)}.`);
    }
  }
});

Deno.test("sentences of bad values name where they come from", () => {
  assertRefused("--port 99999", '--port must be a number from 0 to 65535 (0 = any free port), not "99999".');
  assertRefused("", 'ORRERY_ENGINE must be auto, webgpu or cpu, not "gpu".', { env: { ORRERY_ENGINE: "gpu" } });
  assertRefused("", 'seed in orrery.json must be a number from 0 to 4294967295, not "x".', { file: '{"seed":"x"}' });
  assertRefused("", 'open in orrery.json must be true or false, not "yes".', { file: '{"open":"yes"}' });
  const long = "9".repeat(100);
  assertRefused("", `ORRERY_SEED must be a number from 0 to 4294967295, not "${"9".repeat(79)}….`, {
    env: { ORRERY_SEED: long },
  });
});

Deno.test("orrery.json: malformed, unknown key, wrong type", () => {
  const refused = (file: string, message: string) => assertRefused("", message, { file });
  refused("[]", 'orrery.json must hold one object of options, such as {"port": 9090}.');
  refused("7", 'orrery.json must hold one object of options, such as {"port": 9090}.');
  refused('{"prot":1}', 'orrery.json has an unknown key "prot": did you mean "port"?');
  refused(
    '{"frobnicate":1}',
    'orrery.json has an unknown key "frobnicate": remove it; "orrery help" lists the options.',
  );
  refused('{"port":[1]}', "port in orrery.json must be a number from 0 to 65535 (0 = any free port), not [1].");
  refused('{"port":1.5}', 'port in orrery.json must be a number from 0 to 65535 (0 = any free port), not "1.5".');
  refused('{"iterations":0}', 'iterations in orrery.json must be a number from 1 to 1000000, not "0".');
  const error = parse("", { file: "{port: 1}" });
  assert.ok(error instanceof UserError);
  assert.match(error.message, /^orrery\.json is not valid JSON: .+\.$/);
});

Deno.test("orrery.json that cannot be read", () => {
  const readFile = () => {
    throw new Deno.errors.PermissionDenied("Permission denied (os error 13): open 'orrery.json'");
  };
  const error = parseCommand([], { HOME: "/h" }, { platform: "linux", cores: 1, readFile });
  assert.ok(error instanceof UserError);
  assert.equal(error.message, "orrery.json cannot be read: permission denied. Mend it or move it away.");
});
