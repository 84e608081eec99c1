import assert from "node:assert/strict";
import { parseServerEvent, type ServerEvent } from "../../protocol/graph/events.ts";
import { startServer, type TestServer } from "./test_server.ts";
import { type ShorterLimits, withLimits } from "./with_limits.ts";

export const DEMO = ["--demo", "miserables"];
export const NODES = 77, EDGES = 254;

export function eachTransport(
  name: string,
  test: (server: TestServer) => Promise<void>,
  graph: readonly string[] = DEMO,
  limits: ShorterLimits = {},
): void {
  for (const transport of ["deno", "ws"]) {
    Deno.test(`${name} [${transport}]`, () =>
      withLimits(limits, async () => {
        const server = await startServer([...graph, "--websocket", transport]);
        try {
          await test(server);
        } finally {
          await server.close();
        }
      }));
  }
}

export const eventOf = <Type extends ServerEvent["type"]>(type: Type) => (message: Uint8Array | string) => {
  const event = typeof message === "string" ? parseServerEvent(message) : undefined;
  return event?.type === type ? event as Extract<ServerEvent, { type: Type }> : undefined;
};

export function post(url: string, body: unknown, token?: string): Promise<Response> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

// deno-lint-ignore no-explicit-any -- the shape is what the assertions check
export async function getJson(url: string, token?: string): Promise<any> {
  const response = await fetch(url, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200, `${url}: ${response.status}`);
  return await response.json();
}
