/**
 * Many connections that do nothing beside one that works: `deno run -A bench/connections_bench.ts [--connections N]`.
 *
 * Idle Q1 sockets are opened in steps; after each step: memory of the serving process per
 * socket, and the round trip of one active client's heartbeat. Each of the two processes needs
 * a file descriptor per connection: see `ulimit -n`.
 */
import { parseArgs } from "node:util";
import { startProcess } from "./fanout/processes.ts";
import { quantile } from "./fanout/quantile.ts";

/** What `idle.ts` tells after a step. */
interface Step {
  readonly open: number;
  readonly roundTripsMs: readonly number[];
}

async function measure(transport: string, most: number): Promise<void> {
  const scenario = { transport, path: "orrery", dialect: "q1", nodes: 100, clients: most, rateHz: 60, seconds: 0 };
  const server = startProcess("serve.ts", scenario), { port } = JSON.parse(await server.line());
  const idle = startProcess("idle.ts", { ...scenario, port });
  await idle.line();
  const { rssBytes: before } = JSON.parse(await server.ask("memory"));
  for (;;) {
    const step: Step = JSON.parse(await idle.ask("more"));
    const { rssBytes } = JSON.parse(await server.ask("memory"));
    const perSocketKib = (rssBytes - before) / step.open / 1024, sorted = step.roundTripsMs.toSorted((a, b) => a - b);
    const times = [0.5, 0.95, 0.99].map((share) => quantile(sorted, share).toFixed(1)).join(" / ");
    console.log(`| ${transport} | ${step.open.toLocaleString("en")} | ${perSocketKib.toFixed(1)} KiB | ${times} |`);
    if (step.open >= most) break;
  }
  await Promise.all([server.end(), idle.end()]);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { connections: { type: "string" }, engine: { type: "string" } } });
  const most = Number(values.connections ?? 18_000);
  console.log("| engine | idle connections | server memory per connection | heartbeat ms, p50 / p95 / p99 |");
  console.log("| --- | --- | --- | --- |");
  const transports = values.engine === undefined ? ["deno", "ws"] : [values.engine];
  for (const transport of transports) await measure(transport, most);
}
