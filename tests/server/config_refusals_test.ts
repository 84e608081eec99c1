import assert from "node:assert/strict";
import { type Command, parseCommand, UserError } from "../../server/config.ts";
import { optionTable } from "../../server/config/options.ts";

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
  assertRefused(
    "serve a --websocket deno --io-workers 1",
    "--io-workers needs the socket engine ws: with --websocket deno no two threads can share a port.",
  );
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
    demo: ["", "mars", "grid:", "grid:3", "grid:1e3", "grid:1000001", "grid:2:3", "miserables:77", "Grid:9"],
    host: [""],
    port: ["", "off", "-1", "65536", "1e3", "0x10", "9090.5", " 1"],
    "control-port": ["on", "65536"],
    "realtime-port": ["OFF", "-1"],
    "mcp-port": ["", "99999999999999999999"],
    "allow-origin": ["", "example.org", "https://a.example/path", "ftp://a.example", "https://a.example,"],
    websocket: ["node"],
    "io-workers": ["", "-1", "17", "auto"],
    open: ["maybe"],
    quiet: [""],
    "log-format": ["xml"],
    out: ["", "layout", "layout.png", "f32"],
    iterations: ["0", "1000001", "ten"],
    "until-stable": ["2"],
    dims: ["1", "4"],
    param: ["", "repulsion", "repulsion=", "repulsion=many", "repulsion=101", "gravity=1", "repulsion=20,gravity=1"],
    report: ["text"],
    start: ["", "graph.txt", "Graph", "f32"],
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
