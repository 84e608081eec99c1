import assert from "node:assert/strict";
import type { OpenFrameServer } from "../../../server/transport/frame_socket.ts";
import { closingCases } from "./closing_cases.ts";
import { hostileCases } from "./hostile_cases.ts";
import { httpCases } from "./http_cases.ts";
import { messageCases } from "./message_cases.ts";

const CASES = { ...httpCases, ...messageCases, ...closingCases, ...hostileCases };

export type CaseName = keyof typeof CASES;

/** What an engine cannot do, each with the reason. */
export type Cannot = Partial<Record<CaseName, string>>;

/** Registers every case as a test of one engine; those it cannot do are listed as ignored. */
export function testSockets(engine: string, open: OpenFrameServer, cannot: Cannot): void {
  testSocketsWith(engine, () => open, cannot);
}

/** The same, where the server is not the same for each case. */
export function testSocketsWith(engine: string, openFor: (name: string) => OpenFrameServer, cannot: Cannot): void {
  const reasons: Readonly<Record<string, string | undefined>> = cannot;
  for (const [name, run] of Object.entries(CASES)) {
    const reason = reasons[name];
    Deno.test({
      name: reason === undefined ? `${engine} ${name}` : `${engine} cannot: ${name} (${reason})`,
      ignore: reason !== undefined,
      fn: () => run(openFor(name)),
    });
  }
  Deno.test(`${engine} cannot: gives a reason for each`, () => {
    for (const [name, reason] of Object.entries(reasons)) assert.match(reason ?? "", /^[A-Za-z`].+[^.]$/, name);
  });
}

/** The table for the documentation: one row per case that some engine cannot do. */
export function cannotTable(engines: Readonly<Record<string, Cannot>>): string {
  const rows = Object.entries(engines).flatMap(([engine, cannot]) =>
    Object.entries(cannot).map(([name, reason]) => `| \`${engine}\` | ${name} | ${reason} |`)
  );
  return ["| engine | cannot | because |", "|---|---|---|", ...rows, ""].join("\n");
}
