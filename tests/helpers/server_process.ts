/** The program as its users start it: a process of its own that can be killed. */

const MAIN = `${import.meta.dirname}/../../main.ts`;

interface Ready {
  readonly url: string;
  readonly ports: { readonly graph: number };
}

export interface ProcessOptions {
  /** Arguments of the runtime, before the program. */
  readonly runtime?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class ServerProcess {
  private constructor(private readonly child: Deno.ChildProcess, readonly link: string, readonly port: number) {}

  /** Resolves with the ready line. */
  static async start(argv: readonly string[], { runtime = [], env }: ProcessOptions = {}): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", ...runtime, MAIN, "serve", "--log-format", "json", ...argv],
      env,
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let text = "";
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`The server ended before it was ready: ${text}`);
      text += value;
      const line = text.split("\n").find((part) => part.includes('"event":"ready"'));
      if (line === undefined || !text.endsWith("\n")) continue;
      await lines.cancel();
      const { url, ports }: Ready = JSON.parse(line);
      return new ServerProcess(child, url, ports.graph);
    }
  }

  /** Ends it; `SIGTERM` lets it say goodbye. Resolves with its exit code. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<number> {
    this.child.kill(signal);
    return (await this.child.status).code;
  }
}
