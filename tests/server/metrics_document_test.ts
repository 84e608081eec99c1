/** `docs/metrics.md` lists what `/metrics` tells: every one, with its type and meaning, and nothing else. */
import assert from "node:assert/strict";
import { createMetrics } from "../../server/metrics.ts";

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

const byName = (a: Listed, b: Listed) => a.name < b.name ? -1 : 1;

function documented(): Listed[] {
  const text = Deno.readTextFileSync(new URL("../../docs/metrics.md", import.meta.url));
  return Array.from(text.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.+?) +\| (.+?) +\|$/gm), ([, name, type, , help]) => {
    return { name, type, help };
  }).sort(byName);
}

function told(): Listed[] {
  const { text } = createMetrics({
    clients: () => [],
    simulation: () => ({
      ...{ step: 0, stepTimes: { counts: new Float64Array(), sumMs: 0 }, isMoving: false, bytesReadBack: 0 },
      engine: { name: "cpu", detail: "" },
    }),
    published: () => 0,
    overRequests: () => new Map(),
    overLimit: () => new Map(),
    filters: () => 0,
    returns: () => ({ resumed: 0, refused: new Map(), away: 0 }),
    process: () => ({ rssBytes: 0, cpuS: 0 }),
  });
  const helps = new Map(Array.from(text().matchAll(/^# HELP (\w+) (.+)$/gm), ([, name, help]) => [name, help]));
  return Array.from(text().matchAll(/^# TYPE (\w+) (\w+)$/gm), ([, name, type]) => {
    return { name, type, help: helps.get(name) ?? "" };
  }).sort(byName);
}

Deno.test("metrics: the document lists every one of them, and no other", () => {
  assert.ok(told().length > 20);
  assert.deepEqual(documented(), told());
});
