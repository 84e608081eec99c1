/**
 * Many watchers of one moving graph, over real sockets from another process: `deno run -A bench/fanout_bench.ts`.
 *
 * For each scenario and socket engine: frames per second that the clients read, the age of a frame when its last byte was
 * read (from the moment it was published), the processor time of the serving process and its memory. Beside them the same
 * bytes sent by the socket engine alone. `--seconds N` and `--only TEXT` shorten it; `--io-workers N`
 * lets so many isolates carry the sockets.
 */
import { parseArgs } from "node:util";
import { startProcess } from "./fanout/processes.ts";
import { quantile } from "./fanout/quantile.ts";
import type { ClientReport, Scenario, ServerReport } from "./fanout/scenario.ts";

const CASES: readonly Omit<Scenario, "transport" | "seconds">[] = [
  { path: "raw", dialect: "v2", nodes: 100_000, clients: 16, rateHz: 60 },
  { path: "orrery", dialect: "v2", nodes: 100_000, clients: 16, rateHz: 60 },
  { path: "orrery", dialect: "v4", nodes: 10_000, clients: 100, rateHz: 20 },
  { path: "orrery", dialect: "q1", nodes: 100_000, clients: 100, rateHz: 60 },
];

async function run(scenario: Scenario): Promise<{ server: ServerReport; clients: ClientReport[] }> {
  const server = startProcess("serve.ts", scenario), { port } = JSON.parse(await server.line());
  const watchers = startProcess("watch.ts", { ...scenario, port });
  await watchers.line();
  await server.tell("start");
  await new Promise((resolve) => setTimeout(resolve, scenario.seconds * 1000));
  const clients: ClientReport[] = JSON.parse(await watchers.ask("report"));
  const report: ServerReport = JSON.parse(await server.ask("report"));
  await Promise.all([server.end(), watchers.end()]);
  return { server: report, clients };
}

const ascending = (a: number, b: number) => a - b;

/** The first second is for warming up. */
const WARM_MS = 1000;

function row(scenario: Scenario, { server, clients }: Awaited<ReturnType<typeof run>>): string {
  const fromMs = server.publishedAtMs[0] + WARM_MS, untilMs = server.publishedAtMs[0] + scenario.seconds * 1000;
  const ages: number[] = [], rates: number[] = [];
  let bytes = 0;
  for (const { sequences, readAtMs, bytes: read } of clients) {
    let frames = 0;
    readAtMs.forEach((atMs, k) => {
      if (atMs < fromMs || atMs > untilMs) return;
      frames++;
      ages.push(atMs - server.publishedAtMs[sequences[k]]);
    });
    bytes += read;
    rates.push(frames / ((untilMs - fromMs) / 1000));
  }
  ages.sort(ascending);
  rates.sort(ascending);
  const published = server.publishedAtMs.length / scenario.seconds;
  const cells = [
    scenario.transport + (scenario.path === "raw" ? " alone" : "") +
    (scenario.ioWorkers ? `, ${scenario.ioWorkers} workers` : ""),
    scenario.dialect.toUpperCase(),
    `${scenario.nodes / 1000}k × ${scenario.clients} × ${scenario.rateHz} Hz`,
    published.toFixed(1),
    `${quantile(rates, 0).toFixed(1)} / ${quantile(rates, 0.5).toFixed(1)}`,
    [0.5, 0.95, 0.99].map((share) => quantile(ages, share).toFixed(1)).join(" / "),
    `${(bytes / scenario.seconds / 1e6).toFixed(0)} MB/s`,
    `${(100 * server.cpuShare).toFixed(0)} %`,
    `${(server.rssBytes / 2 ** 20).toFixed(0)} MiB`,
  ];
  return `| ${cells.join(" | ")} |`;
}

const HEADINGS = [
  "engine",
  "dialect",
  "nodes × clients × rate asked",
  "published Hz",
  "read Hz, least / median client",
  "frame age ms, p50 / p95 / p99",
  "all clients",
  "server CPU",
  "server memory",
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: "string" }, only: { type: "string" }, "io-workers": { type: "string" } },
  });
  const seconds = Number(values.seconds ?? 8), only = values.only ?? "", ioWorkers = Number(values["io-workers"] ?? 0);
  console.log(`| ${HEADINGS.join(" | ")} |\n|${HEADINGS.map(() => " --- |").join("")}`);
  for (const base of CASES) {
    for (const transport of ["deno", "ws"] as const) {
      const scenario: Scenario = { ...base, transport, seconds, ioWorkers };
      const title = `${transport} ${base.path} ${base.dialect}`;
      if (title.includes(only)) console.log(row(scenario, await run(scenario)));
    }
  }
}

if (import.meta.main) await main();
