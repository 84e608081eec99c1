/** Splits the command line into words and option values; knows which options exist, not which command they suit. */
import { parseArgs } from "node:util";
import { isSwitch, type OptionSpec, optionTable } from "./options.ts";
import { nearest } from "./suggest.ts";
import { UserError } from "./user_error.ts";

/** Commands that are also flags: they are answered whatever else stands on the line. */
const asked = ["help", "version", "self-test"] as const;

export interface CommandLine {
  /** Everything that is not an option, in order. */
  readonly words: readonly string[];
  /** How many of the words may name a command: those after `--` may not. */
  readonly commandWords: number;
  /** Option values as text, by option name; of an option given twice the last counts, a repeatable one joins. */
  readonly flags: ReadonlyMap<string, string>;
  readonly asked: (typeof asked)[number] | undefined;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** @throws UserError for an unknown option and for an option without its value. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(optionTable.map((spec) => [spec.name, { type: isSwitch(spec) ? "boolean" : "string" }])),
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "V" },
      "self-test": { type: "boolean" },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const flags = new Map<string, string>();
  let commandWords: number | undefined;
  const options: OptionToken[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    else if (token.kind === "option-terminator") commandWords = words.length;
    else options.push(token);
  }
  const question = asked.find((name) => options.some((token) => token.name === name));
  if (question === undefined) options.forEach((token) => putFlag(flags, token));
  return { words, commandWords: commandWords ?? words.length, flags, asked: question };
}

function putFlag(flags: Map<string, string>, token: OptionToken): void {
  const spec = optionTable.find(({ name }) => name === token.name);
  if (spec !== undefined) {
    const value = flagValue(spec, token);
    const earlier = flags.get(spec.name);
    flags.set(spec.name, spec.repeatable && earlier !== undefined ? `${earlier},${value}` : value);
    return;
  }
  const negated = optionTable.find((spec) => isSwitch(spec) && token.name === `no-${spec.name}`);
  if (negated === undefined || token.value !== undefined) throw unknownOption(token);
  flags.set(negated.name, "false");
}

function flagValue(spec: OptionSpec, token: OptionToken): string {
  if (isSwitch(spec)) return token.value ?? "true";
  const swallowedOption = token.value?.startsWith("--") && !token.inlineValue;
  if (token.value === undefined || swallowedOption) {
    throw new UserError(`--${spec.name} needs a value: ${spec.expects}.`);
  }
  return token.value;
}

function unknownOption(token: OptionToken): UserError {
  const names = [...optionTable.map((spec) => spec.name), ...asked];
  const meant = nearest(token.name, names);
  const hint = meant === undefined ? '"orrery help" lists them all' : `did you mean --${meant}?`;
  return new UserError(`Unknown option ${token.rawName}: ${hint}${meant === undefined ? "." : ""}`);
}
