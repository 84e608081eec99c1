/// <reference lib="dom" />
/** The page in a real browser, against a server that needs no physics. Skipped where there is no Chromium. */
import assert from "node:assert/strict";
import type { BrowserContextOptions } from "playwright-core";
import { clusteredGraph } from "../helpers/fake_graph.ts";
import { countColors, pixelsOf } from "./pixels.ts";
import { type Act, enter, play, type Scenario, type Stage, visit, withBrowser } from "./stage.ts";

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const SCENARIOS: readonly (readonly [string, Scenario, Act])[] = [
  ["a link signs in, draws the graph and leaves no token in the address", {}, async ({ page, server }) => {
    await enter(page, server);
    await page.locator(".legend").waitFor();
    assert.equal(new URL(page.url()).hash, "");
    assert.equal(await page.title(), "clusters of 60 · Orrery");
    assert.match(await page.locator(".top-words p").innerText(), /^60 nodes · \d+ edges$/);
    assert.ok(countColors(await pixelsOf(page, ".scene")) > 500);
    await page.reload();
    await page.locator('[data-connection="live"]').waitFor();
  }],

  ["the form says what is wrong, then lets in", { expected: /401/ }, async ({ page, server }) => {
    await page.goto(server.url);
    await page.getByLabel("User name").fill(server.user);
    await page.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("This user name and password do not match.").waitFor();
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator('[data-connection="live"]').waitFor();
    await page.getByRole("button", { name: "Sign out ada" }).click();
    await page.getByRole("heading", { name: "Sign in to Orrery" }).waitFor();
  }],

  ["while nodes are placed, they are counted", { server: { held: true } }, async ({ page, server }) => {
    await page.goto(server.link);
    await page.getByText("Placing nodes 20 / 60").waitFor();
    server.release();
    await page.getByText("60 nodes").waitFor();
    await page.getByText("Placing nodes").waitFor({ state: "hidden" });
  }],

  ["search, fly, details, neighbours", {}, async ({ page, server }) => {
    await enter(page, server);
    const place = await visit(page, "Node 41");
    await server.until(() => server.received.some((message) => message.type === "nodeSelect" && message.id === 41));
    await page.getByText("made for a test").waitFor();
    await page.mouse.move(place.x, place.y);
    await page.locator(".hover-tag strong").getByText("Node 41", { exact: true }).waitFor();
    const neighbour = page.locator(".neighbours button").first();
    const name = await neighbour.locator(".grow").innerText();
    await neighbour.click();
    await page.getByRole("heading", { name, exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".details").waitFor({ state: "hidden" });
  }],

  ["a click selects, a click beside all clears", {}, async ({ page, server }) => {
    await enter(page, server);
    const place = await visit(page, "Node 41");
    await page.keyboard.press("Escape");
    await page.mouse.click(place.x, place.y);
    await page.getByRole("heading", { name: "Node 41", exact: true }).waitFor();
    await page.mouse.click(400, 880);
    await page.locator(".details").waitFor({ state: "hidden" });
  }],

  ["a dragged node stays, pinned, where it was dropped", {}, async ({ page, server }) => {
    await enter(page, server);
    const { x, y } = await visit(page, "Node 41"), before = server.positionOf(41);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 4 });
    await page.mouse.move(x + 150, y + 90, { steps: 4 });
    await page.mouse.up();
    await server.until(() => server.pins.has(41));
    const phases = server.received.flatMap((message) => message.type === "nodeDrag" ? [message.phase] : []);
    assert.equal(phases[0], "start");
    assert.equal(phases.at(-1), "end");
    assert.ok(phases.slice(1, -1).every((phase) => phase === "move") && phases.length >= 5);
    assert.ok(Math.hypot(...server.positionOf(41).map((value, axis) => value - before[axis])) > 0.5);
    await page.getByRole("button", { name: "Pinned" }).waitFor();
    await page.mouse.move(x, y + 300);
    await page.mouse.move(x + 150, y + 90);
    await page.locator(".hover-tag strong").getByText("Node 41", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pinned" }).click();
    await server.until(() => !server.pins.has(41));
    await page.getByRole("button", { name: "Pin", exact: true }).waitFor();
  }],

  ["dragging beside nodes turns the view and moves nothing", {}, async ({ page, server }) => {
    await enter(page, server);
    await page.mouse.move(900, 860);
    await page.mouse.down();
    await page.mouse.move(1000, 700, { steps: 4 });
    await page.mouse.up();
    await visit(page, "Node 3");
    assert.deepEqual(server.received.filter((message) => message.type === "nodeDrag"), []);
  }],

  ["pause and resume, by key and by button", { server: { frames: 10_000 } }, async ({ page, server }) => {
    await enter(page, server);
    await page.locator('[data-phase="moving"]').waitFor();
    await page.keyboard.press("Space");
    await page.locator('[data-phase="paused"]').waitFor();
    await page.getByRole("button", { name: "Resume the layout" }).click();
    await page.locator('[data-phase="moving"]').waitFor();
    await page.getByRole("button", { name: "One step" }).click();
    await page.getByRole("button", { name: "Start the layout over" }).click();
    await server.until(() => server.actions.length === 4);
    assert.deepEqual(server.actions, ["pause", "resume", "step", "reset"]);
  }],

  ["a lost connection comes back by itself", { expected: /WebSocket|ERR_CONNECTION/ }, async ({ page, server }) => {
    await enter(page, server);
    await visit(page, "Node 5");
    // Without a wait of its own the page may be back before the sentence can be read.
    server.drop(1001, "restarting, retry_after=2");
    await page.getByText("The server is going away. restarting, retry_after=2.").waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    await page.getByRole("heading", { name: "Node 5", exact: true }).waitFor();
    const selections = () => server.received.filter((message) => message.type === "nodeSelect" && message.id === 5);
    await server.until(() => selections().length === 2);
    server.drop(1000, "closing time");
    await page.getByText("The server closed the connection. closing time.").waitFor();
    await page.getByRole("button", { name: "Connect again" }).click();
    await page.locator('[data-connection="live"]').waitFor();
  }],

  [
    "an expired session leads to the form, with the sentence",
    { expected: /401|WebSocket/ },
    async ({ page, server }) => {
      await enter(page, server);
      server.expired = true;
      server.drop(1008, "token expired");
      await page.getByText("Your session has expired. Sign in again.").waitFor();
      await page.getByLabel("User name").waitFor();
    },
  ],

  ["viewers are told why they cannot", { server: { role: "viewer" } }, async ({ page, server }) => {
    await enter(page, server);
    const { x, y } = await visit(page, "Node 41"), pause = page.getByRole("button", { name: "Pause the layout" });
    assert.equal(await pause.getAttribute("aria-disabled"), "true");
    assert.match(await pause.getAttribute("data-tip") ?? "", /^Viewers can look around/);
    await pause.click({ force: true });
    await page.keyboard.press("p");
    await page.getByText("Viewers can look around but not change the layout.").waitFor();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 100, y + 50, { steps: 4 });
    await page.mouse.up();
    await visit(page, "Node 7");
    assert.deepEqual(server.actions, []);
    assert.ok(server.received.every((message) => message.type !== "nodeDrag"));
  }],

  ["sliders, presets and reset change the layout; a change by somebody else is seen and said", {}, async (stage) => {
    const { page, server } = stage, { layout } = server;
    await enter(page, server);
    await page.getByRole("button", { name: "Layout", exact: true }).click();
    const repulsion = page.getByLabel("Repulsion");
    assert.equal(await page.getByLabel("Layers").count(), 0, "what this graph has nothing of is not offered");
    assert.equal(await page.getByLabel("Accuracy").count(), 0);
    await repulsion.focus();
    await page.keyboard.press("End");
    await server.until(() => layout.values.repulsion === 100);
    assert.deepEqual(layout.asked.at(-1), { repulsion: 100, participant: 1 });
    assert.equal(await repulsion.getAttribute("aria-valuetext"), "100 things");
    await page.getByText("What it does.").waitFor();
    await page.getByRole("button", { name: "Clusters" }).click();
    await page.locator('.presets [aria-pressed="true"]').getByText("Clusters").waitFor();
    assert.equal(await repulsion.getAttribute("aria-valuetext"), "20 things");
    await page.getByRole("button", { name: "Back to the defaults" }).click();
    await server.until(() => layout.preset === "default");
    assert.equal(await page.locator(".notice").count(), 0, "nobody is told of what they did themselves");
    server.sendText(JSON.stringify(layout.change({ repulsion: 5, participant: 9 }, "grace")));
    await page.getByText("grace set “Repulsion” to 5.").waitFor();
    server.sendText(JSON.stringify(layout.change({ repulsion: 6, participant: 9 }, "grace")));
    await page.getByText("grace set “Repulsion” to 6.").waitFor();
    assert.equal(await page.locator(".notice").count(), 1);
    assert.equal(await repulsion.getAttribute("aria-valuetext"), "6 things");
  }],

  ["viewers see the layout's parameters and cannot move them", { server: { role: "viewer" } }, async (stage) => {
    const { page, server } = stage;
    await enter(page, server);
    await page.keyboard.press("g");
    assert.equal(await page.getByLabel("Repulsion").isDisabled(), true);
    await page.getByRole("button", { name: "Clusters" }).click({ force: true });
    await page.locator(".notice").getByText("Viewers can look around but not change the layout.").waitFor();
    assert.deepEqual(server.layout.asked, []);
  }],

  ["everything by keyboard alone", {}, async ({ page, server }) => {
    await enter(page, server);
    await visit(page, "Node 41");
    await page.keyboard.press("p");
    await server.until(() => server.pins.has(41));
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    for (const key of ["ArrowLeft", "ArrowUp", "+", "-", "f", "h", "h"]) await page.keyboard.press(key);
    const names = new Set<string>();
    for (let press = 0; press < 40; press++) {
      await page.keyboard.press("Tab");
      names.add(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""));
    }
    for (const name of ["Find a node", "Pause the layout", "Fit everything in view", "Close", "Colours"]) {
      assert.ok(names.has(name), `${name} is reached by Tab`);
    }
  }],

  ["on a phone: nothing sticks out, a tap selects", { page: PHONE }, async ({ page, server }) => {
    await enter(page, server);
    for (const width of [390, 360]) {
      await page.setViewportSize({ width, height: 740 });
      const outside = await page.evaluate(() =>
        [...document.querySelectorAll("button, input, .panel, h1")].filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 0 && (left < 0 || right > innerWidth);
        }).map((element) => element.outerHTML.slice(0, 80))
      );
      assert.deepEqual(outside, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
    await page.getByRole("button", { name: "Layout", exact: true }).tap();
    await page.getByLabel("Repulsion").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.getByRole("button", { name: "Close the layout" }).tap();
    await page.getByRole("button", { name: "Colours" }).tap();
    await page.locator(".legend").waitFor();
    await page.getByLabel("Find a node").tap();
    await page.keyboard.type("Node 41");
    await page.getByRole("option").first().tap();
    await page.getByRole("heading", { name: "Node 41", exact: true }).waitFor();
  }],

  [
    "the figures say the dialect and why the rate is lower",
    { server: { frames: 10_000 } },
    async ({ page, server }) => {
      await enter(page, server);
      const hud = page.getByRole("region", { name: "Figures" });
      await hud.getByText("Q1", { exact: true }).waitFor();
      await hud.getByText("30 of 60 Hz: this page cannot take more.").waitFor();
    },
  ],

  [
    "a server that speaks V4 alone is understood: it moves, and a node is selected",
    { server: { spoken: ["v4"], frames: 60 } },
    async ({ page, server }) => {
      await enter(page, server);
      await page.locator(".hud").getByText("V4", { exact: true }).waitFor();
      await page.locator('[data-phase="settled"]').waitFor();
      assert.ok(countColors(await pixelsOf(page, ".scene")) > 500);
      await visit(page, "Node 41");
      await server.until(() => server.received.some((message) => message.type === "nodeSelect" && message.id === 41));
    },
  ],

  ["an empty graph says so", { server: { graph: clusteredGraph(0) } }, async ({ page, server }) => {
    await enter(page, server);
    await page.getByText("This graph has no nodes.").waitFor();
  }],
];

const NO_WEBGL = "HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext, " +
  "{ apply: (get, canvas, args) => String(args[0]).startsWith('webgl') ? null : Reflect.apply(get, canvas, args) });";

async function withoutWebgl({ page, server }: Stage): Promise<void> {
  await page.addInitScript(NO_WEBGL);
  await enter(page, server);
  await page.getByText("The graph cannot be drawn here.").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("Node 41");
  await page.getByRole("option").first().click();
  await page.getByText("made for a test").waitFor();
}

Deno.test("the page", (t) =>
  withBrowser(async (browser) => {
    for (const [name, scenario, act] of SCENARIOS) await t.step(name, () => play(browser, scenario, act));
    await t.step("without WebGL, search and details still work", () => {
      return play(browser, { expected: /WebGL/ }, withoutWebgl);
    });
  }));
