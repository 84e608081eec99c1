/**
 * People who come and go: `deno run -A bench/churn_bench.ts [--minutes 10] [--guests 16] [--engine ws] [--seed 1]`.
 *
 * Each with an account, they join a real server in every dialect, watch, drag, select, filter, talk, leave politely or
 * vanish. Printed: the visits, every close that nobody asked for, and the server's memory by half a minute. Fails where
 * a socket was closed unexpectedly or the memory, after three tenths of the time, leaves ± 5 % of its median.
 */
import { parseArgs } from "node:util";
import { createRandom } from "../gpu/random.ts";
import { ServerProcess } from "../tests/helpers/server_process.ts";
import { issueToken } from "../tests/helpers/test_server.ts";
import { withTempFolder } from "../tests/helpers/temp_folder.ts";
import { createGuestBook, type GuestBook } from "./churn/guest.ts";
import { type Town, VISITS } from "./churn/visits.ts";
import { quantile } from "./fanout/quantile.ts";

const NODES = 2000, TOKEN_MS = 3_600_000;
const WINDOW_MS = 30_000, SAMPLE_MS = 1000, WARM_UP_SHARE = 0.3, TOLERANCE = 0.05;

interface Run {
  readonly minutes: number;
  readonly guests: number;
  readonly engine: string;
  readonly seed: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const median = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.5);

async function residentMib(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(text.match(/^process_resident_memory_bytes (\S+)$/m)?.[1]) / 2 ** 20;
}

/** The median of each window. Units: MiB. */
async function watchMemory(port: number, untilMs: number): Promise<number[]> {
  const windows: number[] = [];
  while (Date.now() < untilMs) {
    const samples: number[] = [], endMs = Math.min(untilMs, Date.now() + WINDOW_MS);
    while (Date.now() < endMs) {
      samples.push(await residentMib(port));
      await pause(SAMPLE_MS);
    }
    windows.push(median(samples));
    console.log(`memory ${windows[windows.length - 1].toFixed(0)} MiB`);
  }
  return windows;
}

async function comeAndGo(town: Town, untilMs: number): Promise<void> {
  while (Date.now() < untilMs) await VISITS[Math.floor(town.random() * VISITS.length)](town);
}

function printBook({ visits, unexpected, refusals, messages }: GuestBook): void {
  const list = (counts: Map<string, number>) => [...counts].sort().map(([name, n]) => `${name} ${n}`).join(", ");
  console.log(`visits: ${list(visits)}; ${messages.toLocaleString("en")} messages read`);
  console.log(`told no: ${list(refusals) || "nobody"}`);
  console.log(`unexpected closes: ${unexpected.length}`);
  for (const sentence of unexpected.slice(0, 20)) console.log(`  ${sentence}`);
}

/** Whether it went as it should. */
async function run({ minutes, guests, engine, seed }: Run, data: string): Promise<boolean> {
  const server = await ServerProcess.start(
    ["--demo", `communities:${NODES}`, "--engine", "cpu", "--port", "0", "--websocket", engine, "--data", data],
  );
  const { port } = server, book = createGuestBook(), untilMs = Date.now() + minutes * 60_000;
  const people = Array.from({ length: guests }, async (_, k) => {
    const random = createRandom(seed * 1000 + k), token = await issueToken(data, "editor", { ttlMs: TOKEN_MS });
    await comeAndGo({ port, token, nodes: NODES, book, random, pause }, untilMs);
  });
  const windows = await watchMemory(port, untilMs);
  await Promise.all(people);
  await server.stop("SIGTERM");
  const warm = windows.slice(Math.floor(WARM_UP_SHARE * windows.length)), middle = median(warm);
  const spread = Math.max(...warm.map((mib) => Math.abs(mib / middle - 1)));
  printBook(book);
  console.log(`memory after the warm-up: ${middle.toFixed(0)} MiB ± ${(100 * spread).toFixed(1)} %`);
  return book.unexpected.length === 0 && spread <= TOLERANCE;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      guests: { type: "string", default: "16" },
      engine: { type: "string", default: "ws" },
      seed: { type: "string", default: "1" },
    },
  });
  const asked = { minutes: Number(values.minutes), guests: Number(values.guests), seed: Number(values.seed) };
  await withTempFolder(async (data) => {
    if (!await run({ ...asked, engine: values.engine }, data)) Deno.exitCode = 1;
  });
}

if (import.meta.main) await main();
