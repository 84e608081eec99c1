/** What came of every attack, as the page `docs/hostile.md`. */
import type { Engine } from "./attack.ts";
import type { Outcome } from "./siege.ts";

export interface Circumstances {
  readonly date: string;
  readonly cores: number;
  /** Processes that wanted a core, on average, in the minute before. */
  readonly load: number;
  readonly marginBytes: number;
}

const mebibytes = (bytes: number) => (bytes / (1 << 20)).toFixed(0);
const milliseconds = (ms: number) => Number.isFinite(ms) ? ms.toFixed(0) : "–";
const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(headings), row(headings.map(() => "---")), ...rows.map(row)].join("\n");
}

function outcomesTable(measured: ReadonlyMap<Engine, readonly Outcome[]>): string {
  const [first] = measured.values();
  const engines = [...measured.keys()];
  return table(
    ["attack", "documented", ...engines.map((engine) => `\`${engine}\``)],
    first.map(({ attack }, k) => [
      attack.name,
      attack.documented,
      ...engines.map((engine) => measured.get(engine)?.[k].outcome ?? ""),
    ]),
  );
}

function lacksTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap(({ attack: { name, lacks } }) => lacks === undefined ? [] : [[name, lacks]]);
  return table(["attack", "the built-in engine"], rows);
}

const DELAYS = ["answer", "gap", "age", "loop", "client"] as const;

function figuresTable(outcomes: readonly Outcome[]): string {
  return table(
    [
      "attack",
      "memory before / most / after, MiB",
      "answer before → during, ms",
      "frame gap, ms",
      "frame age, ms",
      "loop late, ms",
      "client late, ms",
      "server's cores",
    ],
    outcomes.map(({ attack, memoryBytes: { before: first, most, after }, before, during }) => [
      attack.name,
      [first, most, after].map(mebibytes).join(" / "),
      ...DELAYS.map((delay) => `${milliseconds(before[delay])} → ${milliseconds(during[delay])}`),
      `${before.cores.toFixed(1)} → ${during.cores.toFixed(1)}`,
    ]),
  );
}

export function hostileDocument(measured: ReadonlyMap<Engine, readonly Outcome[]>, where: Circumstances): string {
  const { date, cores, load, marginBytes } = where,
    figures = Array.from(measured, ([engine, outcomes]) => {
      return `### \`${engine}\`\n\n${figuresTable(outcomes)}\n`;
    });
  return `# Hostile clients

Written by \`deno task hostile\`, last on ${date} with ${cores} cores: each attack on an \`orrery serve\` process of its own,
with either [socket engine](decisions/0002-two-socket-engines.md), while an honest client watches. The same attacks are
tests: \`tests/server/siege_test.ts\`. \`ws\` is what serves strangers, and the default; \`deno\` is the runtime's own, for
one's own machine.

## What comes of it

"Connection dropped" is a connection that ends without a close code; "still open" one that has not been ended when the
attack is over.

${outcomesTable(measured)}

## What the built-in engine cannot do

${lacksTable(measured.get("deno") ?? [])}

## What it costs the others

Memory is that of the serving process; after an attack it is back to what it was before, or has at most
${
    mebibytes(marginBytes)
  } MiB more, or the test fails; after logins the memory of the last hashes may take a moment longer. The honest client asks for a heartbeat's answer every 20 ms and is due a
frame every 50 ms, of a layout of 1,000 nodes that moves; the figures are 95th percentiles. A frame's age is the time from
its leaving the physics worker to its being read. The loop of the serving isolate is late by what something that comes
now would wait for it, and the honest client by what its own thread is late for its own timer: that is the machine's
doing, on which the attackers are at work as well. Attackers, server
and honest client share the cores with whatever else the machine does: ${load.toFixed(1)} processes wanted one in the
minute before the run.

${figures.join("\n")}`;
}
