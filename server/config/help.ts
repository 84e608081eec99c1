/** The help text, read off the option table. */
import { type CommandName, commandNames, environmentName, type OptionSpec, optionTable } from "./options.ts";
import { nearest } from "./suggest.ts";
import { UserError } from "./user_error.ts";

const WIDTH = 100;
const COLUMN = 32;

interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
}

export const commandHelp: Readonly<Record<CommandName, CommandHelp>> = {
  serve: { usage: "orrery [serve] [GRAPH…]", summary: "lay out and serve; with no GRAPH, a demo" },
  layout: {
    usage: "orrery layout GRAPH… --out FILE",
    summary: "lay out without serving; several files make one graph",
  },
  "user add": { usage: "orrery user add NAME", summary: "create an account; the password is asked for" },
  "user list": { usage: "orrery user list", summary: "list the accounts" },
  "user remove": { usage: "orrery user remove NAME", summary: "remove an account" },
  token: { usage: "orrery token NAME", summary: "print a token (JWT) for an account" },
};

const plainCommands: readonly CommandHelp[] = [
  { usage: "orrery version", summary: "print the version; also --version, -V" },
  { usage: "orrery help [COMMAND]", summary: "print this, or the options of one command; also --help, -h" },
  { usage: "orrery self-test", summary: "check that this executable is whole; also --self-test" },
];

const closing = `\
Every option also reads an environment variable (--control-port: ${environmentName("control-port")})
and a key of orrery.json in the working folder ({"control-port": 9001}). A flag comes before the
environment, that before the file, that before the default. A switch is turned off by --no-NAME.
A graph named like a command is written ./layout, or comes after --.`;

/** Help on everything, or on one command ("serve", "user", "user add"). @throws UserError for a topic that is not a command. */
export function helpText(topic: string): string {
  if (topic === "") return generalHelp();
  const names = commandNames.filter((name) => name === topic || name.startsWith(`${topic} `));
  if (names.length === 0) throw unknownTopic(topic);
  return `${names.map(commandSection).join("\n\n")}\n`;
}

function generalHelp(): string {
  const usages = [...Object.values(commandHelp), ...plainCommands];
  const optionsOf = (title: string, chosen: (spec: OptionSpec) => boolean) =>
    [`${title}:`, ...optionTable.filter(chosen).map(optionLine)].join("\n");
  const first = (spec: OptionSpec) => spec.commands[0];
  const sections = [
    "Orrery turns any graph into a live 3D system that people explore together.",
    ["Commands:", ...usages.map(({ usage, summary }) => line(usage, summary))].join("\n"),
    optionsOf("Serving", (spec) => first(spec) === "serve" && spec.commands.length === 1),
    optionsOf("Laying out", (spec) => first(spec) === "layout"),
    optionsOf("Serving and laying out", (spec) => spec.commands.includes("serve") && spec.commands.includes("layout")),
    optionsOf("Accounts and data", (spec) => spec.commands.includes("token") || first(spec) === "user add"),
    closing,
  ];
  return `${sections.join("\n\n")}\n`;
}

function commandSection(name: CommandName): string {
  const { usage, summary } = commandHelp[name];
  const lines = optionTable.filter((spec) => spec.commands.includes(name)).map(optionLine);
  return [line(usage, summary), ...lines].join("\n");
}

function optionLine(spec: OptionSpec): string {
  const shown = spec.fallback?.shown ?? spec.fallback?.value;
  const hasDefault = typeof shown === "string" && shown !== "false";
  const left = spec.placeholder === undefined ? `--${spec.name}` : `--${spec.name} ${spec.placeholder}`;
  return line(left, spec.help, hasDefault ? `(default: ${shown})` : undefined);
}

/** Two columns; the right one is wrapped, but not inside `tail`, and starts on its own line where the left one is too long. */
function line(left: string, right: string, tail?: string): string {
  const margin = " ".repeat(2 + COLUMN);
  const rows = [""];
  for (const word of [...right.split(" "), ...(tail === undefined ? [] : [tail])]) {
    const last = rows.length - 1;
    if (rows[last] === "") rows[last] = word;
    else if (margin.length + rows[last].length + 1 + word.length <= WIDTH) rows[last] += ` ${word}`;
    else rows.push(word);
  }
  const head = left.length < COLUMN ? `  ${left.padEnd(COLUMN)}` : `  ${left}\n${margin}`;
  return head + rows.join(`\n${margin}`);
}

function unknownTopic(topic: string): UserError {
  const meant = nearest(topic, commandNames);
  return new UserError(
    meant === undefined
      ? `There is no command "${topic}": "orrery help" lists them.`
      : `There is no command "${topic}": did you mean "${meant}"?`,
  );
}
