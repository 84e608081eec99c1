/// <reference lib="dom" />
/** The path from one node to another, on the page, in a real browser. Skipped where there is no Chromium. */
import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { edgeColumns } from "../helpers/fake_graph.ts";
import { countPixels, pixelsOf, themeColor } from "./pixels.ts";
import { type Act, enter, GRAPH, play, type Scenario, violations, visit, withBrowser } from "./stage.ts";

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** In a row, but for the last, which has no edge: the ways are known. */
const ROW = {
  ...GRAPH,
  edges: edgeColumns(Array.from({ length: GRAPH.labels.length - 2 }, (_, node) => [node, node + 1] as const)),
};
const LAST = GRAPH.labels.length - 1;

const stations = (page: Page) => page.locator(".stations button .grow").allInnerTexts();

/** How many pixels of the scene's lines are in the accent colour. */
async function accentPixels(page: Page): Promise<number> {
  const accent = await themeColor(page, "--accent"), shown = await pixelsOf(page, ".scene-canvas");
  const isAccent = (...color: number[]) => accent.every((value, channel) => Math.abs(color[channel] - value) < 24);
  return countPixels(shown, isAccent, { left: 250, top: 100, right: shown.width - 400, bottom: shown.height - 100 });
}

async function findPath(page: Page, from: string, to: string): Promise<void> {
  await visit(page, from);
  await page.getByRole("button", { name: "Path to…" }).press("Enter");
  await page.keyboard.type(to);
  await page.keyboard.press("Enter");
}

const SCENARIOS: readonly (readonly [string, Scenario, Act])[] = [
  ["by keyboard: begin, name the end, walk the stations, put away", {}, async ({ page, server }) => {
    await enter(page, server);
    await findPath(page, "Node 4", "Node 7");
    await page.getByText("3 links · weight 3").waitFor();
    assert.deepEqual(await stations(page), ["Node 4", "Node 5", "Node 6", "Node 7"]);
    await page.locator(".stations button").nth(2).press("Enter");
    await page.getByRole("heading", { name: "Node 6", exact: true }).waitFor();
    assert.equal(await page.locator(".stations [aria-current]").innerText(), "Node 6\nGo");
    await page.keyboard.press("Escape");
    await page.locator(".path").waitFor({ state: "hidden" });
    await page.getByRole("heading", { name: "Node 6", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".details").waitFor({ state: "hidden" });
  }],

  ["the way is drawn in the accent colour, also when nothing is selected any more", {}, async ({ page, server }) => {
    await enter(page, server);
    await findPath(page, "Node 2", "Node 30");
    await page.getByText("28 links").waitFor();
    await page.keyboard.press("f");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("complementary", { name: "Path" }).waitFor();
    const drawn = await accentPixels(page);
    await page.keyboard.press("Escape");
    await page.locator(".path").waitFor({ state: "hidden" });
    const undrawn = await accentPixels(page);
    assert.ok(drawn > 500 && undrawn < drawn / 10, `${drawn} pixels, then ${undrawn}`);
  }],

  ["the other end can be pointed at", { server: { graph: GRAPH } }, async ({ page, server }) => {
    await enter(page, server);
    const { x, y } = await visit(page, "Node 41");
    await page.getByRole("button", { name: "Path to…" }).click();
    await page.getByLabel("Find the other end").waitFor();
    await page.mouse.move(x, y);
    await page.locator(".hover-tag strong").getByText("Node 41", { exact: true }).waitFor();
    await page.mouse.click(x, y);
    await page.getByText("0 links · weight 0").waitFor();
    await page.getByRole("button", { name: "Put the path away" }).click();
    await page.locator(".path").waitFor({ state: "hidden" });
  }],

  ["nodes without a way are told apart, by whichever measure", {}, async ({ page, server }) => {
    await enter(page, server);
    await findPath(page, "Node 9", `Node ${LAST}`);
    await page.getByText("There is no way").waitFor();
    await page.getByRole("button", { name: "Least weight" }).click();
    assert.equal(await page.getByRole("button", { name: "Least weight" }).getAttribute("aria-pressed"), "true");
    await page.getByText("There is no way").waitFor();
  }],

  ["Escape in the field puts the wish away", {}, async ({ page, server }) => {
    await enter(page, server);
    await visit(page, "Node 9");
    await page.getByRole("button", { name: "Path to…" }).press("Enter");
    await page.keyboard.type("N");
    await page.keyboard.press("Escape");
    await page.locator(".path").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".path").waitFor({ state: "hidden" });
    await page.getByRole("heading", { name: "Node 9", exact: true }).waitFor();
  }],

  ["on a phone nothing sticks out or lies over the other", { page: PHONE }, async ({ page, server }) => {
    await enter(page, server);
    await findPath(page, "Node 1", "Node 5");
    await page.getByText("4 links").waitFor();
    const outside = await page.evaluate(() => {
      const panel = document.querySelector(".details")?.getBoundingClientRect();
      return [...document.querySelectorAll(".details button, .details input, .details p")].filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return panel === undefined || (width > 0 && (left < panel.left || right > panel.right));
      }).map((element) => element.outerHTML.slice(0, 80));
    });
    assert.deepEqual(outside, []);
    const edges = await page.evaluate(() => {
      const bottom = document.querySelector(".path")?.getBoundingClientRect().bottom ?? 0;
      const tops = [...document.querySelectorAll(".details > :not(.path)")].map((other) =>
        other.getBoundingClientRect()
      );
      return tops.filter(({ height, top }) => height > 0 && top < bottom - 1).length;
    });
    assert.equal(edges, 0);
  }],
];

Deno.test("paths on the page", (t) =>
  withBrowser(async (browser) => {
    for (const [name, { page, server }, act] of SCENARIOS) {
      await t.step(name, () => play(browser, { page, server: { graph: ROW, ...server } }, act));
    }
    for (const colorScheme of ["dark", "light"] as const) {
      await t.step(
        `no serious accessibility violation, ${colorScheme}`,
        () =>
          play(browser, { page: { colorScheme }, server: { graph: ROW } }, async ({ page, server }) => {
            await enter(page, server);
            await visit(page, "Node 4");
            await page.getByRole("button", { name: "Path to…" }).click();
            await page.getByLabel("Find the other end").waitFor();
            assert.deepEqual(await violations(page), []);
            await page.keyboard.type("Node 7");
            await page.keyboard.press("Enter");
            await page.getByText("3 links").waitFor();
            assert.deepEqual(await violations(page), []);
          }),
      );
    }
  }));
