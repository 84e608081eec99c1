/** A server as its users start it, under observation, with one honest client. */
import { ServerProcess } from "../../tests/helpers/server_process.ts";
import type { Engine, Target } from "./attack.ts";
import { Bystander } from "./bystander.ts";
import { NOTES_FOLDER } from "./observed/notes.ts";
import { PATIENCE } from "./observed/patience.ts";

export interface Victim {
  readonly target: Target;
  readonly bystander: Bystander;
  /** Where the server notes what it can be asked for too late. */
  readonly notes: string;
  close(): Promise<void>;
}

const PRELOAD = new URL("./observed/preload.ts", import.meta.url);

export interface VictimOptions {
  /** How much of its time limits the server has; 1 for all. */
  readonly patience: number;
  readonly nodes?: number;
}

export async function openVictim(engine: Engine, { patience, nodes = 1000 }: VictimOptions): Promise<Victim> {
  const data = await Deno.makeTempDir({ prefix: "orrery-hostile-" });
  const notes = await Deno.makeTempDir({ prefix: "orrery-hostile-notes-" });
  const graph = ["--demo", `communities:${nodes}`, "--engine", "cpu", "--threads", "1"];
  const server = await ServerProcess.start([...graph, "--port", "0", "--data", data, "--websocket", engine], {
    runtime: ["--preload", PRELOAD.pathname],
    env: { [NOTES_FOLDER]: notes, [PATIENCE]: String(patience) },
  });
  const { port } = server, token = new URL(server.link).hash.replace("#token=", "");
  const bystander = await Bystander.connect(`ws://127.0.0.1:${port}/ws?token=${token}&rate=20`);
  return {
    target: { engine, port, token, patience },
    bystander,
    notes,
    async close() {
      await bystander.close();
      // Nothing of it is needed any more, and the built-in engine takes half a minute to let go of endless fragments.
      await server.stop("SIGKILL");
      for (const folder of [data, notes]) await Deno.remove(folder, { recursive: true });
    },
  };
}
