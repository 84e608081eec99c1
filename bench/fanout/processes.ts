/** The processes of a run: each answers lines on its input with lines on its output. */

export interface BenchProcess {
  /** The next line it prints. */
  line(): Promise<string>;
  tell(command: string): Promise<void>;
  /** Tells it something and waits for the answer. */
  ask(command: string): Promise<string>;
  end(): Promise<void>;
}

export function startProcess(script: string, scenario: unknown): BenchProcess {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/${script}`, JSON.stringify(scenario)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = process.stdin.getWriter(), output = linesOf(process.stdout);
  const line = async () => {
    const { value, done } = await output.next();
    if (done) throw new Error(`${script} ended early.`);
    return value;
  };
  const tell = (command: string) => input.write(new TextEncoder().encode(`${command}\n`));
  return {
    line,
    tell,
    async ask(command) {
      await tell(command);
      return await line();
    },
    async end() {
      process.kill();
      await process.status;
      await output.return(undefined);
      await input.close().catch(() => {});
    },
  };
}

/** What comes from the other side, line by line. */
export async function* linesOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const part of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
