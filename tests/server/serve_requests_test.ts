/** How many requests are answered, over real connections on both transports. */
import assert from "node:assert/strict";
import { LIMITS } from "../../server/limits.ts";
import { DEMO, eachTransport, getJson } from "../helpers/each_transport.ts";
import type { TestServer } from "../helpers/test_server.ts";
import { ascii, RawClient } from "./transport/raw_client.ts";

const headersOf = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The same request so many times on one connection, one after the other without waiting; the statuses, counted. */
async function pipeline({ ports }: TestServer, path: string, options: { times: number; token?: string }) {
  const { times, token } = options, client = await RawClient.connect(ports.graph);
  const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${ports.graph}\r\n`;
  const request = token === undefined ? head : `${head}Authorization: Bearer ${token}\r\n`;
  const reading = client.readToEnd();
  await client.write(ascii(`${request}\r\n`.repeat(times - 1) + `${request}Connection: close\r\n\r\n`));
  const statuses = (await reading).matchAll(/HTTP\/1\.1 (\d+) /g), counts: Record<string, number> = {};
  for (const [, status] of statuses) counts[status] = (counts[status] ?? 0) + 1;
  client.close();
  return counts;
}

async function overLimit({ base }: TestServer): Promise<unknown> {
  const { metrics } = await getJson(`${base}/metrics.json`);
  return metrics.find(({ name }: { name: string }) => name === "orrery_http_over_limit_total").samples;
}

/** A server that answers 20 requests at once of an account, 40 of an address, and then one a minute. */
const BURSTS = { requestBurstPerUser: 20, requestsPerUser: 1, requestBurstPerAddress: 40, requestsPerAddress: 1 };

const eachStrict = (name: string, test: (server: TestServer) => Promise<void>) =>
  eachTransport(name, test, DEMO, BURSTS);

eachStrict(
  "[REST-12] an account that asks too often is told when to ask again; another is answered",
  async (server) => {
    const [one, other] = [await server.token("viewer"), await server.token("viewer")], { base } = server;
    assert.deepEqual(await pipeline(server, "/api/session", { times: 25, token: one }), { 200: 20, 429: 5 });
    const refused = await fetch(`${base}/api/session`, { headers: headersOf(one) }), { error } = await refused.json();
    assert.equal(refused.status, 429);
    assert.deepEqual([error.code, error.message], [
      "limit",
      "Too many requests of one account: at most 1 a minute are answered.",
    ]);
    assert.ok(error.retry_after > 30 && error.retry_after <= 60, error.retry_after);
    assert.equal(refused.headers.get("Retry-After"), String(Math.ceil(error.retry_after)));
    await getJson(`${base}/api/session`, other);
    assert.deepEqual(await overLimit(server), [{ labels: { asker: "account" }, value: 6 }]);
  },
);

eachStrict("[REST-12] an address that asks too often is refused all but the metrics", async (server) => {
  assert.deepEqual(await pipeline(server, "/api/session", { times: 45 }), { 401: 40, 429: 5 });
  const refused = await fetch(`${server.base}/`), { error } = await refused.json();
  assert.deepEqual([refused.status, error.code], [429, "limit"]);
  assert.deepEqual(await overLimit(server), [{ labels: { asker: "address" }, value: 6 }]);
});

eachTransport(
  "[REST-13] one account has only some of the places where searches wait",
  async (server) => {
    const { base, adminToken } = server, other = await server.token("viewer");
    const search = (token: string) => fetch(`${base}/api/nodes?search=a`, { headers: headersOf(token) });
    // The first wait until the index is built.
    const many = Array.from({ length: 40 }, () => search(adminToken)), friendly = search(other);
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    assert.equal((await friendly).status, 200);
    assert.ok(statuses.every((status) => status === 200 || status === 429));
    assert.ok(statuses.filter((status) => status === 200).length >= LIMITS.searchesPerUser.value);
    assert.ok(statuses.includes(429));
    for (const answer of [...await Promise.all(many), await friendly]) await answer.body?.cancel();
  },
  ["--demo", "scale-free:30000"],
);

eachTransport(
  "a page is deflated once for all who take it so, and short answers are not",
  async ({ base, adminToken }) => {
    const ask = (path: string, encoding: string) =>
      fetch(base + path, { headers: { ...headersOf(adminToken), "Accept-Encoding": encoding } });
    const encodings = [];
    for (
      const [path, encoding] of [
        ["/main.js", "gzip, br"],
        ["/main.js", "*"],
        ["/main.js", "gzip;q=0, *"],
        ["/main.js", "identity"],
        ["/api/session", "gzip"],
        ["/api/nodes?search=a", "gzip"],
        ["/api/nothing", "gzip"],
        ["/api/graph/labels", "gzip"],
      ]
    ) {
      const answer = await ask(path, encoding), length = (await answer.arrayBuffer()).byteLength;
      encodings.push([answer.headers.get("Content-Encoding"), length > 0]);
    }
    assert.deepEqual(encodings, [
      ["gzip", true],
      ["gzip", true],
      [null, true],
      [null, true],
      [null, true],
      [null, true],
      [null, true],
      ["gzip", true],
    ]);
  },
);
