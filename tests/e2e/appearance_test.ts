/** The page, dark and light: what can be read, and what the scene's colours come to. */
import assert from "node:assert/strict";
import { countPixels, pixelsOf, themeColor } from "./pixels.ts";
import { enter, play, type Stage, violations, visit, withBrowser } from "./stage.ts";

async function accessible({ page, server }: Stage): Promise<void> {
  await page.goto(server.url);
  await page.getByLabel("User name").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.goto(server.link);
  await page.locator(".legend").waitFor();
  await visit(page, "Node 41");
  await page.getByText("made for a test").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("g");
  await page.getByLabel("Repulsion").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(await violations(page), []);
}

/** Nodes are ink on paper there: nothing may shine. */
async function noGlare({ page, server }: Stage): Promise<void> {
  await enter(page, server);
  await page.locator('[data-phase="settled"]').waitFor();
  await page.keyboard.press("Escape");
  const paper = await themeColor(page, "--scene-background"), shown = await pixelsOf(page, ".scene-canvas");
  const amid = { left: 260, top: 120, right: shown.width - 260, bottom: shown.height - 160 };
  const isBrighter = (...color: number[]) => color.every((value, channel) => value > paper[channel] + 1);
  const isInk = (...color: number[]) => color.some((value, channel) => value < paper[channel] - 24);
  assert.ok(countPixels(shown, isInk, amid) > 500, "there is a graph amid the panels");
  assert.equal(countPixels(shown, isBrighter, amid), 0);
}

Deno.test("the page's looks", (t) =>
  withBrowser(async (browser) => {
    for (const colorScheme of ["dark", "light"] as const) {
      await t.step(`no serious accessibility violation, ${colorScheme}`, () => {
        return play(browser, { page: { colorScheme } }, accessible);
      });
    }
    await t.step("in the light nothing is brighter than the paper", () => {
      return play(browser, { page: { colorScheme: "light" } }, noGlare);
    });
  }));
