/// <reference lib="dom" />
/** Two people, two browsers, one real server: what one drags the other sees, and it stays. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { ServerProcess } from "../helpers/server_process.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { openPage } from "./browser.ts";
import { watchWire } from "./page_wire.ts";
import { visit, withBrowser } from "./stage.ts";

/** From one person's page to the other's, in the median of one drag: both pages draw in software here, on two cores. */
const MAX_DELAY_MS = 200;

interface Drag {
  readonly atMs: number;
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The places that come over a page's graph socket and go out on it, each with its time. */
class Wire {
  readonly sentDrags: Drag[] = [];
  readonly received: { atMs: number; positions: Float32Array; tolerance: number }[] = [];

  constructor(page: Page) {
    watchWire(page, {
      onSent: (message) => {
        if (message.type === "nodeDrag") this.sentDrags.push({ atMs: performance.now(), ...message });
      },
      onPositions: (positions, tolerance) => this.received.push({ atMs: performance.now(), positions, tolerance }),
    });
  }
}

async function live(page: Page): Promise<void> {
  await page.locator('[data-connection="live"]').waitFor();
}

async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await live(page);
  await page.locator(".top-words p").waitFor();
}

/** Drags what lies at (x, y) and leaves it there. */
async function drag(page: Page, { x, y }: { x: number; y: number }): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 80, y + 40, { steps: 5 });
  await page.mouse.move(x + 160, y + 80, { steps: 5 });
  await page.mouse.up();
}

async function labelOf({ link }: ServerProcess, id: number): Promise<string> {
  const { origin, hash } = new URL(link), token = hash.replace("#token=", "");
  const response = await fetch(`${origin}/api/nodes/${id}`, { headers: { Authorization: `Bearer ${token}` } });
  return (await response.json()).label;
}

function shows({ positions, tolerance }: Wire["received"][number], { id, x, y, z }: Drag): boolean {
  return Math.hypot(positions[3 * id] - x, positions[3 * id + 1] - y, positions[3 * id + 2] - z) < tolerance;
}

/** For every dragged place that the other page got to see: how long after it was sent. */
function delaysOf(mine: Wire, theirs: Wire): number[] {
  return mine.sentDrags.flatMap((drag) => {
    const seen = theirs.received.find((frame) => frame.atMs >= drag.atMs && shows(frame, drag));
    return seen === undefined ? [] : [seen.atMs - drag.atMs];
  });
}

async function story(browser: Browser, data: string): Promise<void> {
  const settings = ["--demo", "miserables", "--engine", "cpu", "--data", data];
  let server = await ServerProcess.start([...settings, "--port", "0"]);
  const ada = await openPage(browser), grace = await openPage(browser);
  const adaWire = new Wire(ada.page), graceWire = new Wire(grace.page);
  try {
    await enter(ada.page, server.link);
    await enter(grace.page, server.link);
    await ada.page.locator('[data-phase="settled"]').waitFor();
    await drag(ada.page, await visit(ada.page, "Valjean"));
    // The hand takes whatever lies in front at that place.
    const name = await labelOf(server, adaWire.sentDrags[0].id);
    await visit(ada.page, name);
    await ada.page.getByRole("button", { name: "Pinned" }).waitFor();
    const delays = delaysOf(adaWire, graceWire);
    const median = delays.sort((a, b) => a - b)[delays.length >> 1];
    console.log(`${delays.length} dragged places reached the other page, after ${median?.toFixed(0)} ms in the median`);
    assert.ok(median <= MAX_DELAY_MS);
    await visit(grace.page, name);
    await grace.page.getByRole("button", { name: "Pinned" }).waitFor();

    await ada.page.reload();
    await live(ada.page);
    await visit(ada.page, name);
    await ada.page.getByRole("button", { name: "Pinned" }).waitFor();

    const port = String(server.port);
    await server.stop("SIGKILL");
    for (const { page } of [ada, grace]) await page.locator('[data-connection="waiting"]').waitFor();
    server = await ServerProcess.start([...settings, "--port", port]);
    for (const { page } of [ada, grace]) {
      await live(page);
      await page.getByRole("button", { name: "Pinned" }).waitFor();
    }
    const last = adaWire.sentDrags.at(-1);
    assert.ok(last !== undefined);
    const newest = graceWire.received.at(-1);
    assert.ok(newest !== undefined && shows(newest, last));
    assert.deepEqual(ada.complaints.filter((text) => !/WebSocket|ERR_CONNECTION/.test(text)), []);
  } finally {
    await Promise.all([ada.page.context().close(), grace.page.context().close()]);
    assert.equal(await server.stop("SIGTERM"), 0);
  }
}

Deno.test("a dragged node moves for the other person too, stays pinned, and outlives reload and kill", () =>
  withBrowser((browser) => withTempFolder((data) => story(browser, data))));
