/** The command line, the environment and `orrery.json`, checked into one union that the rest of the program can trust. */
import type { ParamChanges } from "../gpu/mod.ts";
import { helpText } from "./config/help.ts";
import type { Environment, Host } from "./config/host.ts";
import { type CommandName, options, type OptionSpec, optionTable } from "./config/options.ts";
import { openSettings, type Setting, type Settings } from "./config/settings.ts";
import { nearest } from "./config/suggest.ts";
import { UserError } from "./config/user_error.ts";
import type { Demo } from "./import/demo.ts";
import type { OutFile, Port, StartSource } from "./config/values.ts";
import { type CommandLine, splitCommandLine } from "./config/words.ts";

export { type Environment, type Host, localHost } from "./config/host.ts";
export { UserError } from "./config/user_error.ts";
export type { OutFile, Port } from "./config/values.ts";

interface PhysicsSettings {
  readonly engine: "auto" | "webgpu" | "cpu";
  readonly seed: number;
  readonly threads: number;
  /** Absent: the start is computed, or where an earlier run of `serve` left it. */
  readonly start: StartSource | undefined;
}

export type GraphSource =
  | { readonly kind: "files"; readonly paths: readonly string[] }
  | { readonly kind: "demo"; readonly demo: Demo };

export interface ServeCommand extends PhysicsSettings {
  readonly kind: "serve";
  readonly graph: GraphSource;
  readonly host: string;
  readonly port: number;
  readonly controlPort: Port;
  readonly realtimePort: Port;
  readonly mcpPort: Port;
  /** Web origins allowed besides the server's own. */
  readonly allowOrigins: readonly string[];
  readonly data: string;
  readonly websocket: "auto" | "deno" | "ws";
  /** Isolates that carry the sockets; 0: the main one does. */
  readonly ioWorkers: number;
  readonly open: boolean;
  readonly quiet: boolean;
  readonly logFormat: "text" | "json";
}

export interface LayoutCommand extends PhysicsSettings {
  readonly kind: "layout";
  readonly paths: readonly string[];
  readonly out: OutFile;
  readonly stop: { readonly kind: "iterations"; readonly count: number } | { readonly kind: "until-stable" };
  readonly dims: 2 | 3;
  /** Parameters other than by default. */
  readonly params: ParamChanges;
  readonly report: "json" | undefined;
}

export interface UserAddCommand {
  readonly kind: "user-add";
  readonly user: string;
  readonly role: "viewer" | "editor" | "admin";
  readonly passwordStdin: boolean;
  readonly data: string;
}

export interface UserListCommand {
  readonly kind: "user-list";
  readonly data: string;
}

export interface UserRemoveCommand {
  readonly kind: "user-remove";
  readonly user: string;
  readonly data: string;
}

export interface TokenCommand {
  readonly kind: "token";
  readonly user: string;
  readonly ttlMs: number;
  readonly data: string;
}

export type Command =
  | ServeCommand
  | LayoutCommand
  | UserAddCommand
  | UserListCommand
  | UserRemoveCommand
  | TokenCommand
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "self-test" };

/** What the command line asks for, or the one sentence that says why it cannot be understood. */
export function parseCommand(argv: readonly string[], env: Environment, host: Host): Command | UserError {
  try {
    const line = splitCommandLine(argv);
    return answer(line) ?? build(line, env, host);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** The commands that read no option, so that they work beside a broken configuration. */
function answer({ words, commandWords, asked }: CommandLine): Command | undefined {
  const [word, ...rest] = commandWords > 0 ? words : [];
  const topic = word === "help" ? rest.join(" ") : undefined;
  if (asked === "help" || topic !== undefined) return { kind: "help", text: helpText(topic ?? topicOf(words)) };
  if (asked !== undefined) return { kind: asked };
  if (word !== "version" && word !== "self-test") return undefined;
  expectNoMore(word, rest);
  return { kind: word };
}

/** The command that `--help` was written beside: "user add" of `orrery user add --help`. */
function topicOf([first = "", second = ""]: readonly string[]): string {
  if (first === "user") return ["add", "list", "remove"].includes(second) ? `user ${second}` : "user";
  return ["serve", "layout", "token"].includes(first) ? first : "";
}

function build(line: CommandLine, env: Environment, host: Host): Command {
  const { name, words } = nameCommand(line);
  for (const flag of line.flags.keys()) expectSuits(flag, name);
  const settings = openSettings({ flags: line.flags, env, host });
  switch (name) {
    case "serve":
      return serve(words, settings);
    case "layout":
      return layout(words, settings);
    case "user add": {
      const user = oneName(name, words);
      const [role, passwordStdin] = [settings.read(options.role), settings.read(options.passwordStdin)];
      return { kind: "user-add", user, role, passwordStdin, data: settings.read(options.data) };
    }
    case "user list":
      expectNoMore(name, words);
      return { kind: "user-list", data: settings.read(options.data) };
    case "user remove":
      return { kind: "user-remove", user: oneName(name, words), data: settings.read(options.data) };
    case "token": {
      const user = oneName(name, words);
      return { kind: "token", user, ttlMs: settings.read(options.ttl), data: settings.read(options.data) };
    }
  }
}

/** A first word that is no command is a graph. */
function nameCommand({ words, commandWords }: CommandLine): { name: CommandName; words: readonly string[] } {
  const [first, second] = words.slice(0, commandWords);
  if (first === "serve" || first === "layout" || first === "token") return { name: first, words: words.slice(1) };
  if (first !== "user") return { name: "serve", words };
  if (second === "add" || second === "list" || second === "remove") {
    return { name: `user ${second}`, words: words.slice(2) };
  }
  const meant = second === undefined ? undefined : nearest(second, ["add", "list", "remove"]);
  const hint = meant === undefined ? "" : `: did you mean "orrery user ${meant}"?`;
  throw new UserError(hint ? `There is no command "user ${second}"${hint}` : USER_NEEDS);
}

const USER_NEEDS = "orrery user needs one of: add NAME, list, remove NAME.";

function serve(paths: readonly string[], settings: Settings): ServeCommand {
  return {
    kind: "serve",
    graph: graphSource(paths, settings),
    host: settings.read(options.host),
    ...ports(settings),
    allowOrigins: settings.find(options.allowOrigin)?.value ?? [],
    data: settings.read(options.data),
    ...sockets(settings),
    open: settings.read(options.open),
    quiet: settings.read(options.quiet),
    logFormat: settings.read(options.logFormat),
    ...physics(settings),
  };
}

function sockets(settings: Settings): Pick<ServeCommand, "websocket" | "ioWorkers"> {
  const websocket = settings.read(options.websocket), ioWorkers = settings.read(options.ioWorkers);
  if (websocket === "deno" && ioWorkers > 0) {
    throw new UserError(
      "--io-workers needs the socket engine ws: with --websocket deno no two threads can share a port.",
    );
  }
  return { websocket, ioWorkers };
}

function layout(paths: readonly string[], settings: Settings): LayoutCommand {
  if (paths.length === 0) throw new UserError("orrery layout needs a GRAPH: a file to lay out.");
  const out = settings.find(options.out);
  if (out === undefined) {
    throw new UserError("orrery layout needs --out FILE: a file ending in .f32, .csv, .json or .gexf to write to.");
  }
  return {
    kind: "layout",
    paths,
    out: out.value,
    stop: stopRule(settings),
    dims: settings.read(options.dims),
    params: settings.find(options.param)?.value ?? {},
    report: settings.find(options.report)?.value,
    ...physics(settings),
  };
}

function physics(settings: Settings): PhysicsSettings {
  return {
    engine: settings.read(options.engine),
    seed: settings.read(options.seed),
    threads: settings.read(options.threads),
    start: settings.find(options.start)?.value,
  };
}

/** Files on the command line come before a demo of the environment or the file. */
function graphSource(paths: readonly string[], settings: Settings): GraphSource {
  const demo = settings.find(options.demo);
  if (paths.length === 0) return { kind: "demo", demo: settings.read(options.demo) };
  if (demo?.rank === 0) {
    throw new UserError(`A GRAPH ("${paths[0]}") and --demo exclude each other: give only one of them.`);
  }
  return { kind: "files", paths };
}

function stopRule(settings: Settings): LayoutCommand["stop"] {
  const iterations = settings.find(options.iterations);
  const untilStable = settings.find(options.untilStable);
  if (iterations === undefined) return { kind: "until-stable" };
  if (untilStable?.value && untilStable.rank === iterations.rank) {
    throw new UserError(`${iterations.label} and ${untilStable.label} exclude each other: give only one of them.`);
  }
  if (untilStable?.value && untilStable.rank < iterations.rank) return { kind: "until-stable" };
  return { kind: "iterations", count: iterations.value };
}

/** A default port that was given to another service becomes any free one; two that were given must differ. */
function ports(settings: Settings): Pick<ServeCommand, "port" | "controlPort" | "realtimePort" | "mcpPort"> {
  const taken = new Map<Port, Setting<Port>>();
  for (const spec of [options.port, options.controlPort, options.realtimePort, options.mcpPort]) {
    const setting = settings.given<Port>(spec);
    if (setting === undefined || setting.value === "off" || setting.value === 0) continue;
    const other = taken.get(setting.value);
    if (other !== undefined) {
      throw new UserError(`${other.label} and ${setting.label} are both ${setting.value}: give each its own port.`);
    }
    taken.set(setting.value, setting);
  }
  function pick<T extends Port>(spec: OptionSpec<T>): T | 0 {
    const value = settings.read(spec);
    return taken.has(value) && settings.given(spec) === undefined ? 0 : value;
  }
  return {
    port: pick(options.port),
    controlPort: pick(options.controlPort),
    realtimePort: pick(options.realtimePort),
    mcpPort: pick(options.mcpPort),
  };
}

function oneName(command: CommandName, [name, ...rest]: readonly string[]): string {
  if (name === undefined) throw new UserError(`orrery ${command} needs a NAME: the account's name.`);
  expectNoMore(command, rest);
  return name;
}

function expectNoMore(command: string, [extra]: readonly string[]): void {
  if (extra !== undefined) throw new UserError(`orrery ${command} has no use for "${extra}": leave it out.`);
}

function expectSuits(flag: string, command: CommandName): void {
  const spec = optionTable.find(({ name }) => name === flag);
  if (spec === undefined || spec.commands.includes(command)) return;
  const owners = spec.commands.map((name) => `"orrery ${name}"`).join(", ");
  throw new UserError(`--${flag} is an option of ${owners}, not of "orrery ${command}": leave it out.`);
}
