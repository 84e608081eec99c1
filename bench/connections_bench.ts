/**
 * Many connections that do nothing beside some that work: `deno run -A bench/connections_bench.ts [--connections N]`.
 *
 * Idle sockets are opened in steps, from several processes and to as many loopback addresses as their ports need; then,
 * for each step: the memory of the serving process per socket, its processor time, and the round trips of 20 active
 * clients' heartbeats. The serving process needs a file descriptor per connection: `ulimit -n` says how many it may have.
 */
import { parseArgs } from "node:util";
import { type ServedDialect, SPOKEN_AT } from "../server/frame_encoders.ts";
import { LIMITS } from "../server/limits.ts";
import type { ActiveRun } from "./fanout/active.ts";
import type { IdleRun } from "./fanout/idle.ts";
import { type BenchProcess, startProcess } from "./fanout/processes.ts";
import { quantile } from "./fanout/quantile.ts";
import type { Scenario } from "./fanout/scenario.ts";

const ACTIVE = 20, SECONDS = 15;
/** Sockets of one client process, and of one pair of addresses: the system has 28,000 ports for each. */
const PER_PROCESS = 10_000, PER_ADDRESS = 25_000;
/** What a process has open besides. */
const OTHER_FILES = 100;

interface Run {
  readonly transport: Scenario["transport"];
  readonly dialect: ServedDialect;
  readonly connections: number;
  readonly steps: number;
  readonly events: boolean;
  readonly ioWorkers: number;
}

interface Figures {
  readonly rssBytes: number;
  readonly cpuS: number;
}

const ask = async <Answer>(process: BenchProcess, command: string): Promise<Answer> =>
  JSON.parse(await process.ask(command));

async function measure({ transport, dialect, connections, steps, events, ioWorkers }: Run): Promise<void> {
  const idle = connections - ACTIVE, addresses = Math.ceil(connections / PER_ADDRESS);
  const base: Scenario = {
    ...{
      transport,
      path: "orrery",
      dialect,
      nodes: 100,
      clients: connections,
      rateHz: 60,
      seconds: SECONDS,
      addresses,
      ioWorkers,
    },
  };
  const server = startProcess("serve.ts", base), { places } = JSON.parse(await server.line());
  await server.tell("frame");
  const idlers = Array.from({ length: Math.ceil(idle / PER_PROCESS) }, (_, k) => {
    const first = k * PER_PROCESS, count = Math.min(PER_PROCESS, idle - first);
    return startProcess("idle.ts", { places, dialect, first, count, steps, events } satisfies IdleRun);
  });
  const active = startProcess("active.ts", { place: places[0], clients: ACTIVE, seconds: SECONDS } satisfies ActiveRun);
  await Promise.all([...idlers, active].map((process) => process.line()));
  const before = await ask<Figures>(server, "memory");
  for (let step = 0; step < steps; step++) {
    const counts = await Promise.all(idlers.map((process) => ask<number>(process, "more")));
    const open = ACTIVE + counts.reduce((sum, count) => sum + count, 0);
    const { cpuS: startS } = await ask<Figures>(server, "memory");
    const sorted = (await ask<number[]>(active, "measure")).sort((a, b) => a - b);
    const { rssBytes, cpuS } = await ask<Figures>(server, "memory");
    const cells = [
      ...[
        transport + (ioWorkers > 0 ? `, ${ioWorkers} workers` : ""),
        dialect.toUpperCase() + (events ? " with events" : ""),
        open.toLocaleString("en"),
      ],
      `${((rssBytes - before.rssBytes) / open).toLocaleString("en", { maximumFractionDigits: 0 })} B`,
      `${(100 * (cpuS - startS) / SECONDS).toFixed(0)} %`,
      [0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share).toFixed(1)).join(" / "),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  await Promise.all([active, ...idlers].map((process) => process.end()));
  await server.end();
}

/** How many files a process that is started from here may have open; absent where no shell can tell. */
async function descriptorLimit(): Promise<number | undefined> {
  try {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).output();
    const said = new TextDecoder().decode(stdout).trim();
    return said === "unlimited" ? Infinity : Number(said) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connections: { type: "string" },
      engine: { type: "string", multiple: true, default: ["deno", "ws"] },
      dialect: { type: "string", default: "q1" },
      steps: { type: "string", default: "4" },
      events: { type: "boolean", default: false },
      "io-workers": { type: "string", default: "0" },
    },
  });
  const limit = await descriptorLimit() ?? Infinity, most = Math.min(limit - OTHER_FILES, LIMITS.connections.value);
  const connections = Number(values.connections ?? most), needed = connections + OTHER_FILES;
  console.log(`The serving process needs ${needed.toLocaleString("en")} file descriptors.`);
  if (needed > limit) {
    console.error(
      `Here it can have ${limit.toLocaleString("en")}: raise that with \`ulimit -n\`, or give --connections.`,
    );
    Deno.exit(1);
  }
  const headings = ["engine", "idle dialect", "connections", "server memory for each", "server CPU"];
  headings.push(`round trip ms of ${ACTIVE} active clients, p50 / p95 / p99 / most`);
  console.log(`\n| ${headings.join(" | ")} |\n|${headings.map(() => " --- |").join("")}`);
  for (const transport of values.engine) {
    if (transport !== "deno" && transport !== "ws") throw new RangeError(`There is no engine ${transport}.`);
    const dialect = SPOKEN_AT.get("/ws")?.find((known) => known === values.dialect);
    if (dialect === undefined) throw new RangeError(`There is no dialect ${values.dialect}.`);
    const steps = Number(values.steps), ioWorkers = Number(values["io-workers"]);
    await measure({ transport, dialect, connections, steps, events: values.events, ioWorkers });
  }
}

if (import.meta.main) await main();
