/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The isolate that finds shortest paths: one question after the other, one answer each. It ends itself when told to. */

import type { PathReply, PathRequest } from "./messages.ts";
import { Solvers } from "./solvers.ts";

const reply = (answer: PathReply, transfer: Transferable[] = []) => self.postMessage(answer, transfer);

let solvers: Solvers | undefined;
let before = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<PathRequest>) => {
  before = before.then(() => handle(data));
};

async function handle(request: PathRequest): Promise<void> {
  switch (request.kind) {
    case "open":
      solvers = new Solvers(request);
      return;
    case "graph":
      return solvers?.setGraph(request.columns);
    case "solve":
      return await solve(request);
    case "close":
      await solvers?.close();
      reply({ kind: "closed" });
      self.close();
  }
}

async function solve({ question }: Extract<PathRequest, { kind: "solve" }>): Promise<void> {
  try {
    if (solvers === undefined) throw new TypeError("Cannot find paths before there is a graph.");
    const { paths, engine } = await solvers.solve(question);
    reply({ kind: "solved", paths, engine }, [paths.distances.buffer, paths.parents.buffer]);
  } catch (error) {
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}
