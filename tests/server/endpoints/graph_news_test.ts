/** What is told in words, to very many. */
import assert from "node:assert/strict";
import { openGraphEndpoint } from "../../helpers/graph_endpoint.ts";

const CROWD = 600;

type Endpoint = Awaited<ReturnType<typeof openGraphEndpoint>>;

/** Everybody listens to the pins, and has heard all there was; `heard` are the pins of each text since. */
async function gather({ connect, clock }: Endpoint) {
  const people: Awaited<ReturnType<Endpoint["connect"]>>[] = [];
  for (let k = 1; k <= CROWD; k++) people.push(await connect({ account: k, from: `10.0.${k >> 8}.${k & 255}` }));
  for (const { subscribe } of people) subscribe(["pins"]);
  clock.advance(1000);
  const heard = people.map((): string[] => []);
  const listen = () => {
    people.forEach(({ events }, k) => {
      for (const event of events()) if (event.type === "pins") heard[k].push(event.data.ids.join());
    });
    return heard.reduce((sum, { length }) => sum + length, 0);
  };
  listen();
  heard.forEach((texts) => texts.splice(0));
  return { heard, listen };
}

Deno.test("a change is told to hundreds a part at a time, to each once", async () => {
  const server = await openGraphEndpoint(), { clock, loop } = server, { heard, listen } = await gather(server);
  const totals: number[] = [];
  loop.pin({ index: 3, x: 1, y: 1, z: 1 });
  const look = () => {
    totals.push(listen());
    if (totals.length < 10) clock.after(0, look);
  };
  clock.after(100, look);
  clock.advance(150);
  assert.ok(heard.every((texts) => texts.join() === "3"));
  const steps = totals.map((total, k) => total - (totals[k - 1] ?? 0));
  assert.ok(Math.max(...steps) <= CROWD / 2, `${steps} told in a turn`);
  await server.close();
});

Deno.test("what changes while many are told is told after it, and everybody ends with the newest", async () => {
  const server = await openGraphEndpoint(), { clock, loop } = server, { heard, listen } = await gather(server);
  loop.pin({ index: 3, x: 1, y: 1, z: 1 });
  const change = () => {
    const told = listen();
    assert.ok(told > 0 && told < CROWD, `${told} have been told`);
    loop.pin({ index: 5, x: 1, y: 1, z: 1 });
  };
  clock.after(100, change);
  clock.advance(150);
  clock.advance(150);
  listen();
  assert.ok(heard.every((texts) => texts.join(" ") === "3 3,5"));
  await server.close();
});
