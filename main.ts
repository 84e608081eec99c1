/** Orrery: one executable that turns a graph into a live 3D system. This file wires; the work is elsewhere. */
import settings from "./deno.json" with { type: "json" };
import { type Command, localHost, parseCommand, UserError } from "./server/config.ts";
import { systemClock } from "./server/clock.ts";
import { runAccountsCommand } from "./server/accounts_cli.ts";
import { layout } from "./server/layout.ts";
import { createLog } from "./server/log.ts";
import { openInBrowser, writerTo } from "./server/platform.ts";
import { createProgress, silent } from "./server/progress.ts";
import { selfTest } from "./server/self_test.ts";
import { serve, type ServeHost } from "./server/serve.ts";

const PAGE_FOLDER = `${import.meta.dirname}/web/dist`;
/** A stop that takes longer is cut short. */
const STOP_MS = 4500;

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
/** Not by `console`, which the runtime tells to a collector of telemetry where there is one: a link has a token in it. */
function linesTo(stream: Parameters<typeof writerTo>[0]): (line: string) => void {
  const write = writerTo(stream);
  return (line) => write(`${line}\n`);
}

const progress = () =>
  createProgress({
    write: writerTo(Deno.stderr),
    isTerminal: Deno.stderr.isTerminal(),
    now: Date.now,
  });

function serveHost(command: Extract<Command, { kind: "serve" }>): ServeHost {
  return {
    version: settings.version,
    pageFolder: PAGE_FOLDER,
    clock: systemClock,
    random,
    log: createLog({
      format: command.logFormat,
      quiet: command.quiet,
      out: linesTo(Deno.stdout),
      err: linesTo(Deno.stderr),
    }),
    progress: command.quiet || command.logFormat === "json" ? silent : progress(),
    adminPassword: Deno.env.get("ORRERY_ADMIN_PASSWORD"),
  };
}

/** Serves until a signal comes; returns the exit code. A stop that takes too long is cut short, a second signal cuts at once. */
async function serveUntilStopped(command: Extract<Command, { kind: "serve" }>): Promise<number> {
  const stop = Promise.withResolvers<"stopped">();
  let cancelCut: (() => void) | undefined;
  const onSignal = () => {
    if (cancelCut !== undefined) Deno.exit(0);
    cancelCut = systemClock.after(STOP_MS, () => Deno.exit(0));
    stop.resolve("stopped");
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  const host = serveHost(command);
  const server = await Promise.race([serve(command, host), stop.promise]);
  // Stopped while the graph was being read: nothing is served yet, and nothing half-written.
  if (server === "stopped") Deno.exit(0);
  const { link, nodes, edges, engine, ports } = server;
  host.log.event({ event: "ready", url: link, ports, nodes, edges, engine, pid: Deno.pid }, `Ready: ${link}`);
  if (command.open) openInBrowser(link, host.log);
  await stop.promise;
  await server.close();
  for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  cancelCut?.();
  return 0;
}

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case "serve":
      return await serveUntilStopped(command);
    case "layout": {
      const report = await layout(command, { progress: progress(), now: Date.now });
      if (command.report === "json") console.log(JSON.stringify(report));
      else {
        for (const note of report.notes) console.error(note);
        console.error(
          `Wrote ${report.out}: ${report.nodes} nodes, ${report.steps} steps, ${report.seconds.toFixed(1)} s.`,
        );
      }
      return 0;
    }
    case "user-add":
    case "user-list":
    case "user-remove":
    case "token":
      await runAccountsCommand(command, {
        out: writerTo(Deno.stdout),
        err: writerTo(Deno.stderr),
        stdin: Deno.stdin,
        now: Date.now,
        random,
      });
      return 0;
    case "version":
      console.log(`orrery ${settings.version} (deno ${Deno.version.deno}, ${Deno.build.target})`);
      return 0;
    case "help":
      console.log(command.text.trimEnd());
      return 0;
    case "self-test":
      return await selfTest({ version: settings.version, pageFolder: PAGE_FOLDER, print: console.log });
  }
}

/** What the user can mend is told in one sentence and ends with 2; anything else is ours and keeps its stack trace. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(argv, Deno.env.toObject(), localHost());
    if (command instanceof UserError) throw command;
    return await run(command);
  } catch (error) {
    if (error instanceof UserError) {
      console.error(`orrery: ${error.message}`);
      return error.exitCode;
    }
    throw error;
  }
}

// Not Deno.exit: a graphics driver that is still being taken down can crash a process that is cut short.
if (import.meta.main) Deno.exitCode = await main(Deno.args);
