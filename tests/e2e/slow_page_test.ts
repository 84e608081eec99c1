/// <reference lib="dom" />
/** The page over Q1 while a layout keeps moving: what is on the screen is new, however slow the page. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { encodeAck, peekQ1 } from "../../protocol/graph/q1.ts";
import { encodeNodeDrag } from "../../protocol/graph/v4.ts";
import { ServerProcess } from "../helpers/server_process.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";
import { openPage } from "./browser.ts";
import { enter, play, withBrowser } from "./stage.ts";

/** What every drawn frame costs the page beside its own work, and how long it is watched. */
const DRAW_MS = 100;
const WATCHED_MS = Number(Deno.env.get("SLOW_PAGE_MS") ?? 10_000);
/** Of the frame on the screen, at the moment it is handed to drawing; a few may meet a busy machine. */
const OLDEST_MS = 2 * DRAW_MS, SHARE_IN_TIME = 0.95;
/** Between two frames of the server that needs no physics. */
const SERVED_MS = 33;
/** Pixels cost time too where there is no GPU. */
const SMALL = { width: 480, height: 360 };

/** A frame, and when it was published or shown. Units: ms since 1970. */
interface Moment {
  readonly sequence: number;
  readonly atMs: number;
}

/** What the test puts into the page. */
interface Probe {
  shown: Moment[];
  /** A page that nobody sees: its animation frames wait. */
  wake?: () => void;
}

/** Makes every animation frame cost `drawMs`, and writes down when frames are acknowledged, which is when they are shown. */
function slowDown(drawMs: number): void {
  const request = globalThis.requestAnimationFrame.bind(globalThis), send = WebSocket.prototype.send;
  const probe: Probe = { shown: [] };
  Object.assign(globalThis, { probe });
  let lastMs = 0;
  globalThis.requestAnimationFrame = (act) =>
    request((time) => {
      act(time);
      if (time === lastMs) return; // another callback of the same frame
      lastMs = time;
      for (const end = performance.now() + drawMs; performance.now() < end;);
    });
  WebSocket.prototype.send = function (data) {
    if (data instanceof Uint8Array && data.length === 8 && data[0] === 1) {
      const sequence = new DataView(data.buffer, data.byteOffset).getUint32(4, true);
      probe.shown.push({ sequence, atMs: performance.timeOrigin + performance.now() });
    }
    send.call(this, data);
  };
}

/** Watches as fast as frames come, and keeps the layout moving by pulling at a node. */
async function watch(link: string, until: (frames: number) => boolean, seen: Set<number>): Promise<void> {
  const { host, hash } = new URL(link);
  const client = await SocketClient.connect(`ws://${host}/ws?rate=60&${hash.slice(1)}`, ["orrery.q1"]);
  for (let frames = 0; !until(frames); frames++) {
    const { sequence } = peekQ1(await client.bytes());
    seen.add(sequence);
    client.send(encodeAck({ sequence, credit: 2, needsKeyframe: false }));
    const angle = frames / 20;
    client.send(encodeNodeDrag({ id: 1, phase: "move", x: 9 * Math.cos(angle), y: 9 * Math.sin(angle), z: 0 }));
  }
  await client.close();
}

const shownIn = (page: Page) => page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.shown);

/** From now on no animation frame comes, as in a tab that is hidden, until `wake`. */
const fallAsleep = (page: Page) =>
  page.evaluate(() => {
    const request = globalThis.requestAnimationFrame, waiting: FrameRequestCallback[] = [];
    globalThis.requestAnimationFrame = (act) => waiting.push(act);
    (globalThis as unknown as { probe: Probe }).probe.wake = () => {
      globalThis.requestAnimationFrame = request;
      for (const act of waiting.splice(0)) request(act);
    };
  });

const wake = (page: Page) => page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.wake?.());

/** Pushed by this process, whose clock the page shares: the ages are exact. */
async function slowStory(browser: Browser): Promise<void> {
  await play(browser, { server: { frames: 1_000_000 }, page: { viewport: SMALL } }, async ({ page, server }) => {
    await page.addInitScript(slowDown, DRAW_MS);
    await enter(page, server);
    const warmUp = (await shownIn(page)).length + 10, until = server.q1.pushed.size + WATCHED_MS / SERVED_MS;
    await page.waitForFunction(
      (count) => (globalThis as unknown as { probe: Probe }).probe.shown.length >= count,
      warmUp,
    );
    await server.until(() => server.q1.pushed.size >= until);
    const ages = (await shownIn(page)).slice(warmUp)
      .map(({ sequence, atMs }) => atMs - (server.q1.pushedAtMs.get(sequence) ?? -Infinity)).sort((a, b) => a - b);
    const at = (share: number) => Math.round(ages[Math.floor(share * (ages.length - 1))]);
    const words = `${ages.length} frames in ${WATCHED_MS / 1000} s, ` +
      `${at(0.5)} ms old in the middle, ${at(0.95)} ms at p95, ${at(1)} ms at most`;
    if (Deno.env.has("SLOW_PAGE_MS")) console.log(words);
    assert.ok(ages.length >= WATCHED_MS / DRAW_MS / 4, words);
    assert.ok(at(SHARE_IN_TIME) <= OLDEST_MS, words);
  });
}

/** Frames that others see while the page sleeps. */
const SLEPT = 40;

async function sleepStory(browser: Browser, link: string): Promise<void> {
  const { page, complaints } = await openPage(browser), seen = new Set<number>();
  const newest = () => Math.max(...seen);
  try {
    await page.addInitScript(slowDown, 0);
    await page.goto(link);
    await page.locator(".top-words p").waitFor();
    await watch(link, (frames) => frames >= 10, seen);
    await fallAsleep(page);
    const before = (await shownIn(page)).length;
    await watch(link, (frames) => frames >= SLEPT, seen);
    const asleep = await shownIn(page), missed = newest();
    assert.ok(asleep.length <= before + 1, `${asleep.length - before} frames were taken in the dark`);
    await wake(page);
    const { host, hash } = new URL(link);
    const keepsMoving = await SocketClient.connect(`ws://${host}/ws?${hash.slice(1)}`, ["orrery.q1"]);
    keepsMoving.send(encodeNodeDrag({ id: 1, phase: "move", x: 5, y: 5, z: 0 }));
    await page.waitForFunction(
      (sequence) =>
        (globalThis as unknown as { probe: Probe }).probe.shown.some((moment) => moment.sequence >= sequence),
      missed,
    );
    await keepsMoving.close();
    const after = (await shownIn(page)).slice(asleep.length).map(({ sequence }) => sequence);
    const skipped = after.findIndex((sequence) => sequence >= missed);
    assert.ok(skipped <= 3, `the ${skipped + 1}th frame was new: ${after.slice(0, 6)} after ${missed}`);
    assert.deepEqual(complaints, []);
  } finally {
    await page.context().close();
  }
}

async function onServer(data: string, story: (link: string) => Promise<void>): Promise<void> {
  const server = await ServerProcess.start(
    ["--demo", "miserables", "--engine", "cpu", "--port", "0", "--data", data],
  );
  try {
    await story(server.link);
  } finally {
    assert.equal(await server.stop("SIGTERM"), 0);
  }
}

async function sleepOnServer(browser: Browser): Promise<void> {
  await withTempFolder((data) => onServer(data, (link) => sleepStory(browser, link)));
}

const STORIES = {
  "a page that needs 100 ms per frame shows what is at most two of its frames old, however long it is watched":
    slowStory,
  "a page that nobody sees is sent two frames, and goes on with the newest when it is seen again": sleepOnServer,
};

for (const [name, story] of Object.entries(STORIES)) Deno.test(name, () => withBrowser(story));
