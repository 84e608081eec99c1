import type { Log } from "./log.ts";

const OPENERS: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  darwin: ["open"],
  windows: ["cmd", "/c", "start", ""],
};

/** Opens `url` in the user's browser, and goes on: where that fails, the printed link has to do. */
export function openInBrowser(url: string, log: Log): void {
  const [command, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  try {
    const browser = new Deno.Command(command, { args: [...args, url], stdin: "null", stdout: "null", stderr: "null" });
    browser.spawn().unref();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(`The browser cannot be opened by ${command} (${reason}); open the link by hand.`);
  }
}

/** Writes text to a stream; a reader that has gone away is no fault of the work that goes on. */
export function writerTo(stream: { writeSync(bytes: Uint8Array): number }): (text: string) => void {
  const encoder = new TextEncoder();
  return (text) => {
    try {
      stream.writeSync(encoder.encode(text));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  };
}
