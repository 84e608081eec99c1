/// <reference lib="dom" />
/** One page, one server, and the few things that every story on them begins with. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { bundleWeb } from "../../tools/bundle_web.ts";
import { clusteredGraph } from "../helpers/fake_graph.ts";
import { FakeGraphServer, type FakeServerOptions } from "../helpers/fake_graph_server.ts";
import { findChromium, launchChromium, openPage } from "./browser.ts";

export const ROOT = `${import.meta.dirname}/../../`;
export const GRAPH = clusteredGraph(60);
/** What a flight leaves free beside the details panel, see `main.tsx`. */
const PANEL_WIDTH = 352, TOOLBAR_HEIGHT = 64;

export interface Stage {
  readonly page: Page;
  readonly server: FakeGraphServer;
  readonly complaints: string[];
}

export type Act = (stage: Stage) => Promise<void>;

export interface Scenario {
  readonly server?: Partial<FakeServerOptions>;
  readonly page?: BrowserContextOptions;
  /** Complaints that belong to the story. */
  readonly expected?: RegExp;
}

/** Runs `work` in a Chromium, with the page bundled anew; says so and skips it where there is none. */
export async function withBrowser(work: (browser: Browser) => Promise<void>): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) {
    console.log("skipped: no Chromium here; install one or name it with CHROMIUM_PATH");
    return;
  }
  await bundleWeb(ROOT);
  const browser = await launchChromium(chromium);
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** Plays one story on a fresh server and page; afterwards nothing may have been complained about. */
export async function play(browser: Browser, scenario: Scenario, act: Act): Promise<void> {
  const { server: options, page: pageOptions, expected } = scenario;
  const server = new FakeGraphServer({
    graph: GRAPH,
    page: `${ROOT}web/dist`,
    frames: 0,
    spoken: ["v4", "q1"],
    ...options,
  });
  const { page, complaints } = await openPage(browser, pageOptions);
  try {
    await act({ page, server, complaints });
    assert.deepEqual(complaints.filter((text) => !expected?.test(text)), []);
  } finally {
    await page.context().close();
    await server.close();
  }
}

/** Opens the link and waits for the graph with its names. */
export async function enter(page: Page, server: FakeGraphServer): Promise<void> {
  await page.goto(server.link);
  await page.locator('[data-connection="live"]').waitFor();
  await page.locator(".top-words p").waitFor();
}

/** Finds a node by name and flies to it; answers where it is then. */
export async function visit(page: Page, label: string): Promise<{ x: number; y: number }> {
  await page.keyboard.press("/");
  await page.keyboard.type(label);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: label, exact: true }).waitFor();
  // What is pointed at is sought as it was last drawn: two frames, so that one of them began after the flight.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const box = await page.locator(".scene-canvas").boundingBox();
  assert.ok(box !== null);
  return { x: (box.width - PANEL_WIDTH) / 2, y: box.y + (box.height - TOOLBAR_HEIGHT) / 2 };
}

/** Serious violations, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
