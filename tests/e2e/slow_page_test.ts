/// <reference lib="dom" />
/** The page over Q1 against a real server whose layout keeps moving: what is on the screen is new, however slow the page. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { encodeAck, peekQ1 } from "../../protocol/graph/q1.ts";
import { encodeNodeDrag } from "../../protocol/graph/v4.ts";
import { bundleWeb } from "../../tools/bundle_web.ts";
import { ServerProcess } from "../helpers/server_process.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { findChromium, launchChromium, openPage } from "./browser.ts";
import { ROOT } from "./stage.ts";

/** What every drawn frame costs the page beside its own work, and how long it is watched. */
const DRAW_MS = 100;
const WATCHED_MS = Number(Deno.env.get("SLOW_PAGE_MS") ?? 10_000);
/** Of the frame on the screen, at the moment it is handed to drawing; a few may meet a busy machine. */
const OLDEST_MS = 150, SHARE_IN_TIME = 0.95;
/** Frames before the page has found its rhythm. */
const WARM_UP = 10;

/** A frame, and when it was published or shown. Units: ms since 1970. */
interface Moment {
  readonly sequence: number;
  readonly atMs: number;
}

const nowMs = () => performance.timeOrigin + performance.now();

/** Makes every animation frame cost `drawMs`, and writes down when frames are acknowledged, which is when they are shown. */
function slowDown(drawMs: number): void {
  const request = globalThis.requestAnimationFrame.bind(globalThis), send = WebSocket.prototype.send;
  const shown: { sequence: number; atMs: number }[] = [];
  Object.assign(globalThis, { shownFrames: shown });
  globalThis.requestAnimationFrame = (act) =>
    request((time) => {
      act(time);
      for (const end = performance.now() + drawMs; performance.now() < end;);
    });
  WebSocket.prototype.send = function (data) {
    if (data instanceof Uint8Array && data.length === 8 && data[0] === 1) {
      const sequence = new DataView(data.buffer, data.byteOffset).getUint32(4, true);
      shown.push({ sequence, atMs: performance.timeOrigin + performance.now() });
    }
    send.call(this, data);
  };
}

/** Watches as fast as frames come, and keeps the layout moving by pulling at a node. */
async function watch(link: string, until: () => boolean, published: Map<number, number>): Promise<void> {
  const { host, hash } = new URL(link);
  const client = await SocketClient.connect(`ws://${host}/ws?rate=60&${hash.slice(1)}`, ["orrery.q1"]);
  for (let frames = 0; !until(); frames++) {
    const { sequence } = peekQ1(await client.bytes());
    if (!published.has(sequence)) published.set(sequence, nowMs());
    client.send(encodeAck({ sequence, credit: 2, needsKeyframe: false }));
    const angle = frames / 20;
    client.send(encodeNodeDrag({ id: 1, phase: "move", x: 9 * Math.cos(angle), y: 9 * Math.sin(angle), z: 0 }));
  }
  await client.close();
}

const shownIn = (page: Page) => page.evaluate(() => (globalThis as unknown as { shownFrames: Moment[] }).shownFrames);

async function ages(browser: Browser, link: string): Promise<number[]> {
  const { page } = await openPage(browser), published = new Map<number, number>();
  try {
    await page.addInitScript(slowDown, DRAW_MS);
    const endMs = nowMs() + WATCHED_MS;
    const watching = watch(link, () => nowMs() > endMs, published);
    await page.goto(link);
    await page.locator(".top-words p").waitFor();
    await watching;
    const shown = await shownIn(page);
    return shown.slice(WARM_UP).flatMap(({ sequence, atMs }) => {
      const since = published.get(sequence);
      return since === undefined ? [] : [atMs - since];
    });
  } finally {
    await page.context().close();
  }
}

async function story(browser: Browser, data: string): Promise<void> {
  const server = await ServerProcess.start(
    ["--demo", "miserables", "--engine", "cpu", "--port", "0", "--data", data],
  );
  try {
    const measured = (await ages(browser, server.link)).sort((a, b) => a - b);
    const at = (share: number) => Math.round(measured[Math.floor(share * (measured.length - 1))]);
    const words = `${measured.length} frames in ${WATCHED_MS / 1000} s, ` +
      `${at(0.5)} ms old in the middle, ${at(0.95)} ms at p95, ${at(1)} ms at most`;
    if (Deno.env.has("SLOW_PAGE_MS")) console.log(words);
    assert.ok(measured.length >= WATCHED_MS / DRAW_MS / 4, words);
    assert.ok(at(SHARE_IN_TIME) <= OLDEST_MS, words);
  } finally {
    assert.equal(await server.stop("SIGTERM"), 0);
  }
}

Deno.test("a page that needs 100 ms per frame shows what is at most 150 ms old", async () => {
  const chromium = findChromium();
  if (chromium === undefined) {
    console.log("skipped: no Chromium here; install one or name it with CHROMIUM_PATH");
    return;
  }
  await bundleWeb(ROOT);
  const browser = await launchChromium(chromium);
  try {
    await withTempFolder((data) => story(browser, data));
  } finally {
    await browser.close();
  }
});
