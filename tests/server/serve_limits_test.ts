/** What holds when many come, and what the server gives out, over real sockets on both transports. */
import assert from "node:assert/strict";
import { encodeNodeDrag, encodeNodeSelect } from "../../protocol/graph/v4.ts";
import { DEMO, eachTransport, eventOf } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer } from "../helpers/test_server.ts";

eachTransport("[EV-4] a crowd of changes is told once, and drives nobody away", async ({ ws, adminToken }) => {
  const url = `${ws}?token=${adminToken}`;
  const [busy, other] = await Promise.all([
    SocketClient.connect(url, ["orrery.v4"]),
    SocketClient.connect(url, ["orrery.v4"]),
  ]);
  other.send(JSON.stringify({ type: "subscribe", data: { channels: ["pins", "selections"] } }));
  await other.next(eventOf("selections"));
  for (let turn = 0; turn < 800; turn++) busy.send(encodeNodeSelect(turn % 77));
  for (let id = 0; id < 77; id++) busy.send(encodeNodeDrag({ id, phase: "end", x: id, y: 0, z: 0 }));
  let told = 0;
  await other.next((message) => {
    if (eventOf("pins")(message) !== undefined || eventOf("selections")(message) !== undefined) told++;
    return eventOf("pins")(message)?.data.ids.length === 77 || undefined;
  });
  assert.ok(told < 200, `${told} events for 877 changes`);
  await Promise.all([busy.close(), other.close()]);
});

eachTransport("the bound on connections of one account holds for handshakes at once", async ({ ws, adminToken }) => {
  const url = `${ws}?token=${adminToken}`;
  const tries = await Promise.allSettled(Array.from({ length: 80 }, () => SocketClient.connect(url)));
  const open = tries.flatMap((outcome) => outcome.status === "fulfilled" ? [outcome.value] : []);
  assert.equal(open.length, 64);
  await Promise.all(open.map((client) => client.close()));
});

eachTransport("the page is served with a validator, and names nothing but its files", async ({ base }) => {
  const page = await fetch(`${base}/`);
  assert.equal(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  assert.match(page.headers.get("Content-Security-Policy") ?? "", /default-src 'self'/);
  const tag = page.headers.get("ETag") ?? "";
  await page.body?.cancel();
  const again = await fetch(`${base}/`, { headers: { "If-None-Match": tag } });
  assert.equal(again.status, 304);
  for (const path of ["/../main.ts", "/%2e%2e/main.ts", "/%00", "/main.js/x", "/deno.json"]) {
    const answer = await fetch(base + path);
    assert.equal(answer.status, 404, path);
    await answer.body?.cancel();
  }
});

Deno.test("an allowed origin may use the REST interface, another may not", async () => {
  const server = await startServer([...DEMO, "--allow-origin", "https://graphs.example"]);
  const ask = (origin: string) => fetch(`${server.base}/api/health`, { method: "OPTIONS", headers: preflight(origin) });
  const [friend, stranger] = [await ask("https://graphs.example"), await ask("https://evil.example")];
  assert.equal(friend.headers.get("Access-Control-Allow-Origin"), "https://graphs.example");
  assert.equal(stranger.headers.get("Access-Control-Allow-Origin"), null);
  await friend.body?.cancel();
  await stranger.body?.cancel();
  await server.close();
});

const preflight = (origin: string) => ({ "Origin": origin, "Access-Control-Request-Method": "POST" });
