/**
 * Runs the program from nothing but the files that an executable embeds: an empty folder, an empty cache, no network.
 * What is not embedded is not there, so a program that serves and streams from here does so from the executable.
 */
import { dirname, join } from "node:path";
import { V2_RECORD_BYTES } from "../protocol/graph/v2.ts";
import { EMBEDDED_NPM_FOLDER, type EmbeddedFile } from "./embedded_files.ts";

/** Longest time for the program to start, serve, stream and stop. */
const DEADLINE_MS = 60_000;
/** Named apart from the program's own `deno.json`, which is embedded for its version. */
const CONFIG = "closure.json", LOCK = "closure.lock";

/** `name@version` of every embedded package. */
export function embeddedPackages(files: readonly EmbeddedFile[]): Set<string> {
  const packages = new Set<string>();
  for (const { path } of files.filter((file) => file.path.startsWith(EMBEDDED_NPM_FOLDER))) {
    const parts = path.slice(EMBEDDED_NPM_FOLDER.length).split("/");
    const nameParts = parts[0].startsWith("@") ? 2 : 1;
    packages.add(`${parts.slice(0, nameParts).join("/")}@${parts[nameParts]}`);
  }
  return packages;
}

/** Keys of the lockfile may carry their peers: `a@1.0.0_b@2.0.0`. */
function withoutPeers(id: string): string {
  return id.replace(/(.@[^_]*)_.*/, "$1");
}

function keep<T>(record: Record<string, T>, wanted: (key: string, value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => wanted(key, value)));
}

/** Lays out `files` in `folder`, with a configuration that names the embedded packages and no others. */
async function layOut(files: readonly EmbeddedFile[], root: string, folder: string): Promise<void> {
  for (const { path, bytes } of files) {
    const inCache = path.startsWith(EMBEDDED_NPM_FOLDER);
    const target = inCache
      ? join("cache/npm/localhost", path.slice(EMBEDDED_NPM_FOLDER.length))
      : join("program", path);
    await Deno.mkdir(join(folder, dirname(target)), { recursive: true });
    await Deno.writeFile(join(folder, target), bytes);
  }
  const packages = embeddedPackages(files);
  const readJson = async (name: string) => JSON.parse(await Deno.readTextFile(join(root, name)));
  const config = await readJson("deno.json"), lock = await readJson("deno.lock");
  const imports = keep<string>(config.imports, (_, specifier) => packages.has(specifier.replace("npm:", "")));
  const specifiers = keep<string>(lock.specifiers, (specifier, version) => {
    return packages.has(withoutPeers(specifier.replace(/^npm:(.[^@]*)@.*/, `$1@${version}`)));
  });
  const npm = keep(lock.npm, (id) => packages.has(withoutPeers(id)));
  const write = (name: string, value: unknown) =>
    Deno.writeTextFile(join(folder, "program", name), JSON.stringify(value));
  await write(CONFIG, { imports, compilerOptions: config.compilerOptions });
  await write(LOCK, { version: lock.version, specifiers, npm });
}

function start(folder: string, permissions: readonly string[]): Deno.ChildProcess {
  const program = ["main.ts", "serve", "--demo", "miserables", "--host", "127.0.0.1", "--log-format", "json"];
  const ports = ["--port", "--control-port", "--realtime-port", "--mcp-port"].flatMap((name) => [name, "0"]);
  const runtime = ["run", "--cached-only", "--no-check", "--config", CONFIG, "--lock", LOCK, ...permissions];
  const args = [...runtime, ...program, ...ports, "--data", join(folder, "data")];
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: join(folder, "program"),
    // The registry's name is that of the embedded cache; --cached-only keeps it from being asked.
    env: {
      DENO_DIR: join(folder, "cache"),
      NPM_CONFIG_REGISTRY: "http://localhost/",
      HOME: folder,
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

interface Ready {
  readonly url: URL;
  readonly nodes: number;
}

/** Reads the program's lines up to the one that says it is ready. */
async function untilReady(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Ready> {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The program ended before it was ready; it said: ${text.trim() || "nothing"}`);
    text += value;
    for (const line of text.split("\n").slice(0, -1)) {
      const message = JSON.parse(line);
      if (message.event !== "ready") continue;
      return { url: new URL(message.url), nodes: message.nodes };
    }
  }
}

/** The page, and every file it names. Returns how many files came. */
async function fetchPage(url: URL, signal: AbortSignal): Promise<number> {
  const get = async (path: string) => {
    const response = await fetch(new URL(path, url), { signal });
    const body = await response.text();
    if (!response.ok || body === "") {
      throw new Error(`GET ${path} answered ${response.status}, ${body.length} characters`);
    }
    return body;
  };
  const links = [...(await get("/")).matchAll(/\b(?:src|href)="(?!data:|https?:)([^"#]+)"/g)].map(([, link]) => link);
  if (!links.some((link) => link.endsWith(".js"))) throw new Error("The page names no script.");
  await Promise.all(links.map(get));
  return 1 + links.length;
}

/** Waits for two frames of `nodes` V2 records that differ. */
function watchPositions({ url, nodes }: Ready, signal: AbortSignal): Promise<void> {
  const token = new URLSearchParams(url.hash.slice(1)).get("token") ?? "";
  const socket = new WebSocket(new URL(`/ws?token=${encodeURIComponent(token)}`, url.href.replace("http", "ws")));
  socket.binaryType = "arraybuffer";
  let first: string | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => reject(new Error("No two different frames came in time.")));
  socket.onerror = () => reject(new Error("The socket of positions failed."));
  socket.onclose = ({ code, reason }) => reject(new Error(`The socket of positions closed: ${code} ${reason}`));
  socket.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    const expected = nodes * V2_RECORD_BYTES;
    if (bytes.length !== expected) reject(new Error(`A frame has ${bytes.length} bytes instead of ${expected}.`));
    const frame = bytes.join();
    first ??= frame;
    if (frame !== first) resolve();
  };
  return promise.finally(() => {
    socket.onclose = null;
    socket.close();
  });
}

async function visit(program: Deno.ChildProcess, signal: AbortSignal): Promise<string> {
  const kill = () => program.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  const ready = await untilReady(program.stdout);
  const served = await fetchPage(ready.url, signal);
  await watchPositions(ready, signal);
  program.kill("SIGTERM");
  const { code } = await program.status;
  signal.removeEventListener("abort", kill);
  if (code !== 0 && Deno.build.os !== "windows") throw new Error(`SIGTERM ended the program with ${code}.`);
  return `${served} files of the page served, ${ready.nodes} moving nodes streamed, stopped by a signal`;
}

/**
 * Lays out, starts, fetches the page, watches positions move, and stops.
 * @returns what was seen, in a sentence.
 * @throws {Error} with a sentence that says what did not happen.
 */
export async function runClosure(
  files: readonly EmbeddedFile[],
  { root, permissions }: { readonly root: string; readonly permissions: readonly string[] },
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "orrery-closure-" });
  try {
    await layOut(files, root, folder);
    await Deno.mkdir(join(folder, "data"));
    await using program = start(folder, permissions);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
    try {
      return await visit(program, deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
