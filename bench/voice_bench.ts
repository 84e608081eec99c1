/**
 * People who talk, over real sockets from another process: `deno run -A bench/voice_bench.ts`.
 *
 * For each scenario and socket engine: how late a packet is at ten of the listeners (from just before it is written until its last
 * byte is read, both in the process of the clients), how many were lost, and the processor time of the serving process,
 * as a share of one core and for each packet that was heard.
 * `--seconds N` (at most 25) and `--only TEXT` shorten it.
 */
import { parseArgs } from "node:util";
import { startProcess } from "./fanout/processes.ts";
import type { VoiceReport, VoiceRun } from "./fanout/voices.ts";

interface Case extends Omit<VoiceRun, "port" | "seconds"> {
  readonly title: string;
  /** Of the layout that moves meanwhile; 0 where it is still. */
  readonly movingNodes: number;
}

const TALK = { speakers: 10, listeners: 100, packetsPerSecond: 50, packetBytes: 160, rateHz: 20 };
const CASES: readonly Case[] = [
  // The limit of /ws/voice is made for packets of 60 ms.
  {
    ...{ ...TALK, packetsPerSecond: 1000 / 60, packetBytes: 480 },
    ...{ title: "typed, 60 ms", speakAt: "/ws/voice", listenAt: "/ws/voice", movingNodes: 0 },
  },
  { ...TALK, title: "V4 to typed, 20 ms", speakAt: "/ws", listenAt: "/ws/voice", movingNodes: 0 },
  { ...TALK, listeners: 20, title: "V4, 20 ms", speakAt: "/ws", listenAt: "/ws", movingNodes: 0 },
  // Each of them is sent 20 frames of 280 kB a second on the same socket.
  {
    ...TALK,
    listeners: 20,
    title: "V4, 20 ms, 10k nodes stream",
    speakAt: "/ws",
    listenAt: "/ws",
    movingNodes: 10_000,
  },
];

async function run(transport: string, { movingNodes, title: _, ...talk }: Case, seconds: number): Promise<string[]> {
  const nodes = Math.max(100, movingNodes);
  const scenario = { transport, path: "orrery", dialect: "v4", nodes, clients: 0, rateHz: talk.rateHz, seconds };
  const server = startProcess("serve.ts", scenario), { port } = JSON.parse(await server.line());
  const voices = startProcess("voices.ts", { ...talk, port, seconds });
  await voices.line();
  if (movingNodes > 0) await server.tell("start");
  const before = JSON.parse(await server.ask("memory")), startMs = performance.now();
  const report: VoiceReport = JSON.parse(await voices.ask("start"));
  const after = JSON.parse(await server.ask("memory")), elapsedMs = performance.now() - startMs;
  const cpuMs = 1000 * (after.cpuS - before.cpuS);
  await Promise.all([server.end(), voices.end()]);
  const expected = report.said * talk.listeners;
  return [
    `${talk.speakers} × ${talk.packetsPerSecond.toFixed(0)}/s × ${talk.packetBytes} B to ${talk.listeners}`,
    report.latencyMs.map((ms) => ms.toFixed(1)).join(" / "),
    `${(100 * (expected - report.heard) / expected).toFixed(2)} %`,
    movingNodes > 0 ? (1000 * report.frames / talk.listeners / elapsedMs).toFixed(1) : "–",
    `${(100 * cpuMs / elapsedMs).toFixed(0)} %`,
    `${(1000 * cpuMs / report.heard).toFixed(0)} µs`,
  ];
}

const HEADINGS = [
  "engine",
  "case",
  "speakers",
  "latency ms, p50 / p95 / p99 / most",
  "lost",
  "frames a second",
  "server CPU",
  "for each heard",
];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, only: { type: "string" } } });
  const seconds = Number(values.seconds ?? 8), only = values.only ?? "", load = Deno.loadavg()[0].toFixed(1);
  console.log(`Load at the start: ${load}.\n\n| ${HEADINGS.join(" | ")} |\n|${HEADINGS.map(() => " --- |").join("")}`);
  for (const one of CASES) {
    for (const transport of ["ws", "deno"]) {
      if (!`${transport} ${one.title}`.includes(only)) continue;
      console.log(`| ${[transport, one.title, ...await run(transport, one, seconds)].join(" | ")} |`);
    }
  }
}

if (import.meta.main) await main();
