/// <reference lib="dom" />
/** One page and one script at the same real server: who is here, who looks where, and who has a node last. */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { encodeCamera, encodeIntroduction } from "../../protocol/graph/presence.ts";
import { encodeNodeDrag } from "../../protocol/graph/v4.ts";
import { DEMO, eventOf } from "../helpers/each_transport.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { startServer, type TestServer } from "../helpers/test_server.ts";
import { openPage } from "./browser.ts";
import { watchWire } from "./page_wire.ts";
import { violations, visit, withBrowser } from "./stage.ts";

async function story(browser: Browser, server: TestServer): Promise<void> {
  const { page, complaints } = await openPage(browser), drags: string[] = [];
  watchWire(page, {
    onSent: (message) => message.type === "nodeDrag" && drags.push(message.phase),
  });
  await page.goto(server.link);
  await page.locator('[data-connection="live"]').waitFor();
  await page.locator('[data-phase="settled"]').waitFor();
  const token = await server.token("editor", { ttlMs: 600_000 });
  const grace = await SocketClient.connect(`${server.ws}?token=${token}&rate=1`, ["orrery.v4"]);
  grace.send(JSON.stringify({ type: "subscribe", data: { channels: ["cameras", "holds", "selections"] } }));
  grace.send(encodeIntroduction({ name: "Grace" }));
  grace.send(encodeCamera({ position: [0, 0, 40], target: [0, 0, 0] }));
  await grace.next((message) => eventOf("cameras")(message)?.data.cameras[0]);

  await page.getByRole("button", { name: "2 people are here" }).click();
  const panel = page.getByRole("region", { name: "People" });
  await panel.getByText("Grace").waitFor();
  assert.deepEqual(await violations(page), []);
  await panel.getByLabel("Your name here").fill("Ada");
  await page.keyboard.press("Enter");
  await panel.getByText("Ada").waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });

  const selection = (but: readonly number[]) =>
    grace.next((message) => eventOf("selections")(message)?.data.selections.find(({ id }) => !but.includes(id)));
  const { x, y } = await visit(page, "Valjean"), { id: valjean } = await selection([]);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 30, { steps: 4 });
  const held = await grace.next((message) => eventOf("holds")(message)?.data.holds[0]);
  grace.send(encodeNodeDrag({ id: held.id, phase: "start", x: 0, y: 0, z: 0 }));
  await page.getByText(/^Grace has taken \S.* from your hand\.$/).waitFor();
  const sent = drags.length;
  await page.mouse.move(x - 60, y, { steps: 4 });
  await page.mouse.up();
  await visit(page, "Napoleon");
  await selection([valjean, held.id]);
  assert.deepEqual([drags.slice(sent), drags.slice(0, 2)], [[], ["start", "move"]]);
  await grace.close();
  await page.getByRole("button", { name: "Nobody else is here" }).waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
}

Deno.test("[EV-8] [EV-11] [EV-12] a page shows who is here and where they look, and lets go of a node that was taken", () =>
  withBrowser(async (browser) => {
    const server = await startServer(DEMO);
    try {
      await story(browser, server);
    } finally {
      await server.close();
    }
  }));
