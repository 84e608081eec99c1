/// <reference lib="dom" />
/** Two people, two browsers, one real server: what one does to the layout the other sees, hears of, and keeps. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { ServerProcess } from "../helpers/server_process.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { openPage } from "./browser.ts";
import { watchWire } from "./page_wire.ts";
import { withBrowser } from "./stage.ts";

/** The newest positions that a page has received. */
function watchPositions(page: Page): () => Float32Array {
  let positions: Float32Array = new Float32Array();
  watchWire(page, { onPositions: (newest) => positions = newest });
  return () => positions;
}

/** Root mean square distance from the mean position. */
function extent(positions: Float32Array): number {
  const count = positions.length / 3, mean = [0, 0, 0];
  positions.forEach((value, k) => mean[k % 3] += value / count);
  return Math.sqrt(positions.reduce((sum, value, k) => sum + (value - mean[k % 3]) ** 2, 0) / count);
}

async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('[data-connection="live"]').waitFor();
  await page.locator('[data-phase="settled"]').waitFor();
  await page.keyboard.press("g");
  await page.getByLabel("Repulsion").waitFor();
}

async function story(browser: Browser, data: string): Promise<void> {
  const settings = ["--demo", "miserables", "--engine", "cpu", "--data", data, "--port", "0"];
  let server = await ServerProcess.start(settings);
  const ada = await openPage(browser), grace = await openPage(browser);
  const seen = watchPositions(grace.page);
  try {
    await enter(ada.page, server.link);
    await enter(grace.page, server.link);
    const before = extent(seen());
    assert.ok(before > 0);
    await ada.page.getByLabel("Repulsion").focus();
    await ada.page.keyboard.press("End");
    await grace.page.getByText("admin set “Repulsion” to 100.").waitFor();
    assert.equal(await grace.page.getByLabel("Repulsion").getAttribute("aria-valuetext"), "100 edge lengths per step");
    assert.equal(await ada.page.locator(".notice").count(), 0, "nobody is told of what they did themselves");
    await grace.page.locator('[data-phase="moving"]').waitFor();
    await grace.page.locator('[data-phase="settled"]').waitFor();
    assert.ok(extent(seen()) > 1.3 * before, `${before} → ${extent(seen())}`);

    await grace.page.getByRole("button", { name: "Clusters" }).click();
    await ada.page.getByText("admin chose the layout “Clusters”.").waitFor();
    await ada.page.locator('.presets [aria-pressed="true"]').getByText("Clusters").waitFor();
    for (const { complaints } of [ada, grace]) assert.deepEqual(complaints, []);

    await server.stop("SIGTERM");
    server = await ServerProcess.start(settings);
    await enter(ada.page, server.link);
    await ada.page.locator('.presets [aria-pressed="true"]').getByText("Clusters").waitFor();
  } finally {
    await Promise.all([ada.page.context().close(), grace.page.context().close()]);
    assert.equal(await server.stop("SIGTERM"), 0);
  }
}

Deno.test("a slider moved in one page moves the layout for all, with a word and the value in the other, and is kept", () =>
  withBrowser((browser) => withTempFolder((data) => story(browser, data))));
