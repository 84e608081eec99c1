/** A server as its users start it, with one honest client. */
import { ServerProcess } from "../../tests/helpers/server_process.ts";
import type { Engine, Target } from "./attack.ts";
import { Bystander } from "./bystander.ts";

export interface Victim {
  readonly target: Target;
  readonly bystander: Bystander;
  close(): Promise<void>;
}

export async function openVictim(engine: Engine): Promise<Victim> {
  const data = await Deno.makeTempDir({ prefix: "orrery-hostile-" });
  const graph = ["--demo", "communities:1000", "--engine", "cpu", "--threads", "1"];
  const server = await ServerProcess.start([...graph, "--port", "0", "--data", data, "--websocket", engine]);
  const { port } = server, token = new URL(server.link).hash.replace("#token=", "");
  const bystander = await Bystander.connect(`ws://127.0.0.1:${port}/ws?token=${token}&protocol=v4&rate=20`);
  return {
    target: { port, token },
    bystander,
    async close() {
      await bystander.close();
      await server.stop("SIGTERM");
      await Deno.remove(data, { recursive: true });
    },
  };
}
