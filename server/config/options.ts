/** Every option once: the parser, the environment, `orrery.json` and the help text are all read off this table. */
import * as v from "valibot";
import { defaultDataFolder, type Environment, type Host } from "./host.ts";
import {
  demo,
  duration,
  onOff,
  optionalPort,
  origins,
  outFile,
  params,
  port,
  startSource,
  text,
  wholeNumber,
} from "./values.ts";

/** The commands that take options. */
export const commandNames = ["serve", "layout", "user add", "user list", "user remove", "token"] as const;

export type CommandName = (typeof commandNames)[number];

export interface OptionSpec<T = unknown> {
  readonly name: string;
  /** What stands for the value in the help text; absent for a switch. */
  readonly placeholder?: string;
  /** May be given several times; the values are joined with commas. */
  readonly repeatable?: boolean;
  readonly commands: readonly CommandName[];
  readonly help: string;
  /** Ends the sentence "--port must be …". */
  readonly expects: string;
  readonly schema: v.GenericSchema<string, T>;
  /** As a user would write it; `shown` replaces it in the help text where it depends on the machine. */
  readonly fallback?: { readonly value: string | ((host: Host, env: Environment) => string); readonly shown?: string };
}

const MAX_THREADS = 64;
const MAX_IO_WORKERS = 16;
const MAX_SEED = 4_294_967_295;
const MAX_ITERATIONS = 1_000_000;

const anyPort = 'a number from 0 to 65535 (0 = any free port) or "off"';
const whether = "true or false";

function option<T>(name: string, spec: Omit<OptionSpec<T>, "name">): OptionSpec<T> {
  return { name, ...spec };
}

export const options = {
  demo: option("demo", {
    placeholder: "NAME[:N]",
    commands: ["serve"],
    help: "a generated graph: miserables, communities:N, scale-free:N, grid:N",
    expects: "miserables, communities:N, scale-free:N or grid:N with N from 4 to 1000000",
    schema: demo,
    fallback: { value: "communities:2000" },
  }),
  host: option("host", {
    placeholder: "ADDRESS",
    commands: ["serve"],
    help: "address to listen on; 0.0.0.0 for every network",
    expects: "an address or a host name",
    schema: text,
    fallback: { value: "127.0.0.1" },
  }),
  port: option("port", {
    placeholder: "N",
    commands: ["serve"],
    help: "page, API and graph sockets; 0 = any free port",
    expects: "a number from 0 to 65535 (0 = any free port)",
    schema: port,
    fallback: { value: "9090" },
  }),
  controlPort: option("control-port", {
    placeholder: "N|off",
    commands: ["serve"],
    help: "control center (reserved; not opened by this version)",
    expects: anyPort,
    schema: optionalPort,
    fallback: { value: "9000" },
  }),
  realtimePort: option("realtime-port", {
    placeholder: "N|off",
    commands: ["serve"],
    help: "realtime messages (reserved; not opened by this version)",
    expects: anyPort,
    schema: optionalPort,
    fallback: { value: "8081" },
  }),
  mcpPort: option("mcp-port", {
    placeholder: "N|off",
    commands: ["serve"],
    help: "JSON-RPC for agents (reserved; not opened by this version)",
    expects: anyPort,
    schema: optionalPort,
    fallback: { value: "9500" },
  }),
  allowOrigin: option("allow-origin", {
    placeholder: "URL",
    repeatable: true,
    commands: ["serve"],
    help: "further web origins that may connect; repeat it or separate with commas",
    expects: "web origins such as https://graphs.example.org, without a path",
    schema: origins,
  }),
  websocket: option("websocket", {
    placeholder: "auto|deno|ws",
    commands: ["serve"],
    help: "socket engine; auto = ws; deno is the runtime's own",
    expects: "auto, deno or ws",
    schema: v.picklist(["auto", "deno", "ws"]),
    fallback: { value: "auto" },
  }),
  ioWorkers: option("io-workers", {
    placeholder: "N",
    commands: ["serve"],
    help: "threads that carry the sockets, 0 to 16; 0 = the main one does it; on Linux",
    expects: "a number from 0 to 16",
    schema: wholeNumber(0, MAX_IO_WORKERS),
    fallback: { value: "0" },
  }),
  open: option("open", {
    commands: ["serve"],
    help: "open the page in the browser",
    expects: whether,
    schema: onOff,
    fallback: { value: "false" },
  }),
  quiet: option("quiet", {
    commands: ["serve"],
    help: "print the link and errors only",
    expects: whether,
    schema: onOff,
    fallback: { value: "false" },
  }),
  logFormat: option("log-format", {
    placeholder: "text|json",
    commands: ["serve"],
    help: "json prints one line per event on standard output",
    expects: "text or json",
    schema: v.picklist(["text", "json"]),
    fallback: { value: "text" },
  }),
  out: option("out", {
    placeholder: "FILE",
    commands: ["layout"],
    help: "where to write; the ending chooses .f32 (raw x y z), .csv, .json or .gexf",
    expects: "a file ending in .f32, .csv, .json or .gexf",
    schema: outFile,
  }),
  iterations: option("iterations", {
    placeholder: "N",
    commands: ["layout"],
    help: "run exactly N steps",
    expects: "a number from 1 to 1000000",
    schema: wholeNumber(1, MAX_ITERATIONS),
  }),
  untilStable: option("until-stable", {
    commands: ["layout"],
    help: "run until the layout has settled; what happens without --iterations",
    expects: whether,
    schema: onOff,
  }),
  dims: option("dims", {
    placeholder: "3|2",
    commands: ["layout"],
    help: "dimensions; in 2 every z is 0",
    expects: "3 or 2",
    schema: v.pipe(v.picklist(["3", "2"]), v.transform((digit) => digit === "3" ? 3 : 2)),
    fallback: { value: "3" },
  }),
  param: option("param", {
    placeholder: "NAME=VALUE",
    repeatable: true,
    commands: ["layout"],
    help: "a parameter of the layout, see docs/layout.md; repeat it or separate with commas",
    expects: "parameters with values in their range, such as repulsion=20,layers=2; docs/layout.md lists them",
    schema: params,
  }),
  report: option("report", {
    placeholder: "json",
    commands: ["layout"],
    help: "print what was done as JSON on standard output",
    expects: "json",
    schema: v.literal("json"),
  }),
  start: option("start", {
    placeholder: "FILE|graph",
    commands: ["serve", "layout"],
    help: "places to start from: a .f32, .csv or .json written by layout, or the x y z in the graph " +
      "itself; serve goes on where an earlier run left the layout, if one did",
    expects: 'a file ending in .f32, .csv or .json, or "graph"',
    schema: startSource,
  }),
  engine: option("engine", {
    placeholder: "auto|webgpu|cpu",
    commands: ["serve", "layout"],
    help: "physics engine; auto = webgpu on a real GPU, else cpu",
    expects: "auto, webgpu or cpu",
    schema: v.picklist(["auto", "webgpu", "cpu"]),
    fallback: { value: "auto" },
  }),
  seed: option("seed", {
    placeholder: "N",
    commands: ["serve", "layout"],
    help: "start of every random choice; the same seed gives the same layout",
    expects: "a number from 0 to 4294967295",
    schema: wholeNumber(0, MAX_SEED),
    fallback: { value: "42" },
  }),
  threads: option("threads", {
    placeholder: "N",
    commands: ["serve", "layout"],
    help: "worker threads of the cpu engine, 1 to 64",
    expects: "a number from 1 to 64",
    schema: wholeNumber(1, MAX_THREADS),
    fallback: { value: hardwareThreads, shown: "as many as the machine has" },
  }),
  data: option("data", {
    placeholder: "DIR",
    commands: ["serve", "user add", "user list", "user remove", "token"],
    help: "folder of accounts, secret and database",
    expects: "a folder",
    schema: text,
    fallback: {
      value: (host, env) => defaultDataFolder(host.platform, env),
      shown: "the platform's; on Linux ~/.local/share/orrery",
    },
  }),
  role: option("role", {
    placeholder: "viewer|editor|admin",
    commands: ["user add"],
    help: "what the account may do: watch; move and pin; everything",
    expects: "viewer, editor or admin",
    schema: v.picklist(["viewer", "editor", "admin"]),
    fallback: { value: "viewer" },
  }),
  passwordStdin: option("password-stdin", {
    commands: ["user add"],
    help: "read the password as one line from standard input",
    expects: whether,
    schema: onOff,
    fallback: { value: "false" },
  }),
  ttl: option("ttl", {
    placeholder: "TIME",
    commands: ["token"],
    help: "how long the token is valid: 30s, 15m, 1h, 7d",
    expects: "a time such as 30s, 15m, 1h or 7d, 365d at most",
    schema: duration,
    fallback: { value: "1h" },
  }),
};

function hardwareThreads(host: Host): string {
  return String(Math.min(MAX_THREADS, Math.max(1, Math.floor(host.cores))));
}

export const optionTable: readonly OptionSpec[] = Object.values(options);

/** A switch is on by its name alone and off as `--no-NAME`; every other option takes a value. */
export function isSwitch(spec: OptionSpec): boolean {
  return spec.placeholder === undefined;
}

/** The environment variable that an option reads: `control-port` → `ORRERY_CONTROL_PORT`. */
export function environmentName(optionName: string): string {
  return `ORRERY_${optionName.toUpperCase().replaceAll("-", "_")}`;
}
