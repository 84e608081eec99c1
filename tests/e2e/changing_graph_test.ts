/// <reference lib="dom" />
/** A graph that changes while people look at it, in a browser, on a real server. */
import assert from "node:assert/strict";
import type { Buffer } from "node:buffer";
import type { Browser, Page } from "playwright-core";
import { post } from "../helpers/each_transport.ts";
import { ServerProcess } from "../helpers/server_process.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { openPage } from "./browser.ts";
import { decodePixels } from "./pixels.ts";
import { visit, withBrowser } from "./stage.ts";

async function change({ link }: ServerProcess, request: unknown): Promise<void> {
  const { origin, hash } = new URL(link);
  const response = await post(`${origin}/api/graph/changes`, request, hash.replace("#token=", ""));
  assert.equal(response.status, 200, await response.text());
}

const title = (page: Page) => page.locator(".top-words p");

async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('[data-connection="live"]').waitFor();
  await page.locator('[data-phase="settled"]').waitFor();
  await page.keyboard.press("Space");
  await page.locator('[data-phase="paused"]').waitFor();
}

/** Moves the pointer onto a node that lies near a place; answers where that is. */
async function pointAt(page: Page, label: string, { x, y }: { x: number; y: number }) {
  const tag = page.locator(".hover-tag strong").getByText(label, { exact: true });
  for (let turn = 0; turn < 24; turn++) {
    const angle = turn * Math.PI / 4, away = 8 * Math.ceil(turn / 8);
    const at = { x: x + away * Math.cos(angle), y: y + away * Math.sin(angle) };
    await page.mouse.move(at.x, at.y);
    const found = await tag.waitFor({ timeout: 1000 }).then(() => true, () => false);
    if (found) return at;
  }
  throw new Error(`${label} is not near ${x}, ${y}.`);
}

/** Pixels of the scene that differ clearly, as a share of all. */
async function difference(page: Page, before: Buffer, after: Buffer): Promise<number> {
  const { rgba: a } = await decodePixels(page, before), { rgba: b } = await decodePixels(page, after);
  let different = 0;
  for (let at = 0; at < a.length; at += 4) {
    if (Math.max(...[0, 1, 2].map((k) => Math.abs(a[at + k] - b[at + k]))) > 40) different++;
  }
  return 4 * different / a.length;
}

async function story(browser: Browser, data: string): Promise<void> {
  const server = await ServerProcess.start(
    ["--demo", "miserables", "--engine", "cpu", "--port", "0", "--data", data],
  );
  const { page, complaints } = await openPage(browser);
  const shots = Deno.env.get("SCREENSHOTS"), scene = page.locator(".scene");
  const shot = async (name: string) => {
    const path = shots === undefined ? undefined : `${shots}/${name}.png`;
    return await scene.screenshot({ path });
  };
  try {
    await enter(page, server.link);
    assert.match(await title(page).innerText(), /^77 nodes/);
    await visit(page, "Valjean");
    const before = await shot("before");
    await change(server, {
      add: {
        nodes: [{ key: "new-1", label: "Newcomer" }, { key: "new-2", label: "Second newcomer" }],
        edges: [{ source: "new-1", target: "Valjean" }, { source: "new-2", target: "new-1" }],
      },
      remove: { nodes: ["Myriel"] },
    });
    await page.getByText("78 nodes").waitFor();
    const after = await shot("after");
    // The same view with two nodes more and one less, not another one.
    const share = await difference(page, before, after);
    assert.ok(share < 0.1, `${(100 * share).toFixed(1)} % of the scene changed`);
    await page.getByRole("heading", { name: "Valjean", exact: true }).waitFor();
    await page.getByRole("button", { name: /Newcomer/ }).first().waitFor();

    await page.keyboard.press("Escape");
    await visit(page, "Newcomer");
    await shot("newcomer");

    // Somebody removes the node in one's hand.
    await page.keyboard.press("Escape");
    const held = await pointAt(page, "Gervais", await visit(page, "Gervais"));
    await page.mouse.down();
    await page.mouse.move(held.x + 60, held.y + 30, { steps: 4 });
    await shot("held");
    await change(server, { remove: { nodes: ["Gervais"] } });
    await page.getByText("77 nodes").waitFor();
    await page.locator(".details").waitFor({ state: "hidden" });
    await page.locator(".hover-tag").getByText("Gervais", { exact: true }).waitFor({ state: "hidden" });
    await page.mouse.move(held.x + 160, held.y + 90, { steps: 4 });
    await page.mouse.up();
    await shot("removed");
    await visit(page, "Valjean");
    await page.locator('[data-connection="live"]').waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await page.context().close();
    assert.equal(await server.stop("SIGTERM"), 0);
  }
}

Deno.test("a change appears in its place: no other view, no lost selection, and a removed node leaves the hand", () =>
  withBrowser((browser) => withTempFolder((data) => story(browser, data))));
