/** Option values by precedence: flag, environment, `orrery.json`, default. */
import * as v from "valibot";
import type { Environment, Host } from "./host.ts";
import { environmentName, isSwitch, type OptionSpec, optionTable } from "./options.ts";
import { nearest } from "./suggest.ts";
import { reasonOf, UserError } from "./user_error.ts";

export const CONFIG_FILE = "orrery.json";

/** A value and where it came from; of two settings that exclude each other, the one with the smaller rank counts. */
export interface Setting<T> {
  readonly value: T;
  readonly rank: number;
  /** What to call it in a sentence: "--port", "ORRERY_PORT", "port in orrery.json". */
  readonly label: string;
}

export interface Settings {
  /** The value in force; absent where nobody gave one and there is no default. */
  find<T>(spec: OptionSpec<T>): Setting<T> | undefined;
  /** The value in force of an option that has a default. @throws UserError where even the default is unknown. */
  read<T>(spec: OptionSpec<T>): T;
  /** Like `find`, without the default. */
  given<T>(spec: OptionSpec<T>): Setting<T> | undefined;
}

export interface SettingSources {
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Environment;
  readonly host: Host;
}

/** @throws UserError for a malformed `orrery.json`; a bad value is reported when it is read. */
export function openSettings({ flags, env, host }: SettingSources): Settings {
  const file = readConfigFile(host);
  function given<T>(spec: OptionSpec<T>): Setting<T> | undefined {
    const variable = environmentName(spec.name);
    const candidates = [
      { text: flags.get(spec.name), label: `--${spec.name}` },
      { text: env[variable] || undefined, label: variable },
      { text: file.get(spec.name), label: `${spec.name} in ${CONFIG_FILE}` },
    ];
    for (const [rank, { text, label }] of candidates.entries()) {
      if (text !== undefined) return { value: check(spec, text, label), rank, label };
    }
  }
  function find<T>(spec: OptionSpec<T>): Setting<T> | undefined {
    const setting = given(spec);
    if (setting !== undefined || spec.fallback === undefined) return setting;
    const { value } = spec.fallback;
    const text = typeof value === "string" ? value : value(host, env);
    return { value: check(spec, text, `--${spec.name}`), rank: 3, label: `the default of --${spec.name}` };
  }
  function read<T>(spec: OptionSpec<T>): T {
    const setting = find(spec);
    if (setting === undefined) throw new TypeError(`--${spec.name} has no default; use find().`);
    return setting.value;
  }
  return { find, read, given };
}

function check<T>(spec: OptionSpec<T>, text: string, label: string): T {
  const result = v.safeParse(spec.schema, text);
  if (!result.success) throw badValue(spec, label, text);
  return result.output;
}

function badValue(spec: OptionSpec, label: string, value: unknown): UserError {
  const shown = JSON.stringify(value) ?? "nothing";
  const cut = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return new UserError(`${label} must be ${spec.expects}, not ${cut}.`);
}

/** Every value of the file is checked, those of other commands too: a mistake is found on the first run, not the first use. */
function readConfigFile(host: Host): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const content = configText(host);
  if (content === undefined) return values;
  for (const [name, value] of Object.entries(configObject(content))) {
    const spec = optionTable.find((candidate) => candidate.name === name);
    if (spec === undefined) throw unknownKey(name);
    const label = `${name} in ${CONFIG_FILE}`;
    const text = v.safeParse(fileValue(spec), value);
    if (!text.success) throw badValue(spec, label, value);
    check(spec, text.output, label);
    values.set(name, text.output);
  }
  return values;
}

function configText(host: Host): string | undefined {
  try {
    return host.readFile(CONFIG_FILE);
  } catch (error) {
    throw new UserError(`${CONFIG_FILE} cannot be read: ${reasonOf(error)}. Mend it or move it away.`);
  }
}

function configObject(content: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw new UserError(`${CONFIG_FILE} is not valid JSON: ${reasonOf(error)}.`);
  }
  const result = v.safeParse(v.record(v.string(), v.unknown()), parsed);
  if (!result.success || Array.isArray(parsed)) {
    throw new UserError(`${CONFIG_FILE} must hold one object of options, such as {"port": 9090}.`);
  }
  return result.output;
}

/** How an option may be written in JSON; it becomes the text that a flag would have carried. */
function fileValue(spec: OptionSpec): v.GenericSchema<unknown, string> {
  if (isSwitch(spec)) return v.pipe(v.boolean(), v.transform(String));
  if (spec.repeatable) {
    return v.union([v.string(), v.pipe(v.array(v.string()), v.transform((parts) => parts.join(",")))]);
  }
  return v.union([v.string(), v.pipe(v.number(), v.transform(String))]);
}

function unknownKey(name: string): UserError {
  const meant = nearest(name, optionTable.map((spec) => spec.name));
  const hint = meant === undefined ? 'remove it; "orrery help" lists the options.' : `did you mean "${meant}"?`;
  return new UserError(`${CONFIG_FILE} has an unknown key "${name}": ${hint}`);
}
