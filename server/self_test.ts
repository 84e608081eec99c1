import { V2_RECORD_BYTES } from "../protocol/graph/v2.ts";
import { parseCommand, UserError } from "./config.ts";
import { systemClock } from "./clock.ts";
import { silent } from "./progress.ts";
import { type RunningServer, serve } from "./serve.ts";

export interface SelfTestOptions {
  readonly version: string;
  readonly pageFolder: string;
  readonly print: (line: string) => void;
}

const PATIENCE_MS = 30_000;
const NODES = 77;

/**
 * Proves on this machine that the program is whole: serves a demo on a free port from an empty data folder, fetches the
 * page, logs in by the link's token and receives moving positions over a real socket. Returns the exit code.
 */
export async function selfTest({ version, pageFolder, print }: SelfTestOptions): Promise<number> {
  const data = await Deno.makeTempDir({ prefix: "orrery-self-test-" });
  try {
    const argv = ["serve", "--demo", "miserables", "--port", "0", "--data", data, "--engine", "cpu"];
    const command = parseCommand(argv, {}, { platform: Deno.build.os, cores: 2, readFile: () => undefined });
    if (command instanceof UserError || command.kind !== "serve") throw new Error("The self-test cannot be started.");
    const server = await serve(command, {
      version,
      pageFolder,
      clock: systemClock,
      random: (count) => crypto.getRandomValues(new Uint8Array(count)),
      log: { info: () => {}, error: print, event: () => {} },
      progress: silent,
      adminPassword: undefined,
    });
    try {
      await check(server, print);
    } finally {
      await server.close();
    }
    print("self-test passed");
    return 0;
  } catch (error) {
    print(`self-test failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

async function check({ link, ports }: RunningServer, print: (line: string) => void): Promise<void> {
  const base = `http://127.0.0.1:${ports.graph}`, token = new URL(link).hash.replace("#token=", "");
  for (const path of ["/", "/main.js", "/api/health"]) {
    const response = await fetch(base + path);
    const { byteLength } = await response.arrayBuffer();
    if (!response.ok || byteLength === 0) throw new Error(`${path} answered ${response.status}, ${byteLength} bytes`);
    print(`ok ${path}: ${byteLength} bytes`);
  }
  const moved = await firstMove(`ws://127.0.0.1:${ports.graph}/ws?token=${token}`);
  print(`ok /ws: ${NODES} records, node 0 moved by ${moved.toPrecision(3)}`);
}

/** Resolves with how far node 0 has moved between two V2 frames. */
function firstMove(url: string): Promise<number> {
  const moved = Promise.withResolvers<number>();
  const cancel = systemClock.after(PATIENCE_MS, () => moved.reject(new Error("no moving positions came in time")));
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let first: DataView | undefined;
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const frame = new DataView(data);
    if (frame.byteLength !== NODES * V2_RECORD_BYTES) return moved.reject(new Error(`${frame.byteLength} bytes came`));
    first ??= frame;
    const [x, y, z] = [4, 8, 12].map((at) => frame.getFloat32(at, true) - (first?.getFloat32(at, true) ?? 0));
    const distance = Math.hypot(x, y, z);
    if (distance > 0) moved.resolve(distance);
  };
  socket.onclose = ({ code, reason }) => moved.reject(new Error(`the socket closed with ${code} ${reason}`));
  return moved.promise.finally(() => {
    cancel();
    socket.onclose = null;
    socket.close();
  });
}
