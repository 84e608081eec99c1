/**
 * Many watchers of one moving graph, over real sockets from another process: `deno run -A bench/fanout_bench.ts`.
 *
 * For each scenario and socket engine: frames per second that the clients read, the age of a frame when its last byte was
 * read (from the moment it was published), the processor time of the serving process and its memory. Beside them the same
 * bytes sent by the socket engine alone. `--seconds N` and `--only TEXT` shorten it.
 */
import { parseArgs } from "node:util";
import type { ClientReport, Scenario, ServerReport } from "./fanout/scenario.ts";

const CASES: readonly Omit<Scenario, "transport" | "seconds">[] = [
  { path: "raw", dialect: "v2", nodes: 100_000, clients: 16, rateHz: 60 },
  { path: "orrery", dialect: "v2", nodes: 100_000, clients: 16, rateHz: 60 },
  { path: "orrery", dialect: "v4", nodes: 10_000, clients: 100, rateHz: 20 },
  { path: "orrery", dialect: "q1", nodes: 100_000, clients: 100, rateHz: 60 },
];

const { values } = parseArgs({ options: { seconds: { type: "string" }, only: { type: "string" } } });
const seconds = Number(values.seconds ?? 8), only = values.only ?? "";

/** What a process prints, line by line, and a way to say "go on". */
function start(script: string, scenario: unknown) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/fanout/${script}`, JSON.stringify(scenario)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = process.stdin.getWriter(), output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async line(): Promise<string> {
      for (;;) {
        const end = text.indexOf("\n");
        if (end >= 0) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          return line;
        }
        const { value, done } = await output.read();
        if (done) throw new Error(`${script} ended early.`);
        text += value;
      }
    },
    goOn: () => input.write(new Uint8Array(1)),
    async end(): Promise<void> {
      await output.cancel();
      await input.close().catch(() => {});
      await process.status;
    },
  };
}

async function run(scenario: Scenario): Promise<{ server: ServerReport; clients: ClientReport[] }> {
  const server = start("serve.ts", scenario), { port } = JSON.parse(await server.line());
  const watchers = start("watch.ts", { ...scenario, port });
  await watchers.line();
  await server.goOn();
  await new Promise((resolve) => setTimeout(resolve, scenario.seconds * 1000));
  await watchers.goOn();
  const clients: ClientReport[] = JSON.parse(await watchers.line());
  await server.goOn();
  const report: ServerReport = JSON.parse(await server.line());
  await Promise.all([server.end(), watchers.end()]);
  return { server: report, clients };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
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
    scenario.path === "raw" ? `${scenario.transport} alone` : scenario.transport,
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
console.log(`| ${HEADINGS.join(" | ")} |\n|${HEADINGS.map(() => " --- |").join("")}`);
for (const base of CASES) {
  for (const transport of ["deno", "ws"] as const) {
    const scenario: Scenario = { ...base, transport, seconds };
    const title = `${transport} ${base.path} ${base.dialect}`;
    if (title.includes(only)) console.log(row(scenario, await run(scenario)));
  }
}
