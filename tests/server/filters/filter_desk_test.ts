import assert from "node:assert/strict";
import type { NodeFilter } from "../../../protocol/graph/v4.ts";
import type { Watcher } from "../../../server/broadcaster.ts";
import { FilterDesk } from "../../../server/filters/filter_desk.ts";
import { FilterRefused } from "../../../server/filters/filters.ts";
import { Lens } from "../../../server/filters/lens.ts";
import { LIMITS } from "../../../server/limits.ts";
import { Meter } from "../../../server/meter.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { storeOf } from "../../helpers/graphs.ts";
import { settle } from "./watched_graph.ts";

const graph = storeOf(3, [[0, 1]]);

function lensOf(filter: NodeFilter): Lens {
  return new Lens(filter, {
    graph: () => graph,
    nextGeneration: () => 1,
    onChange: () => {},
    onFault: (error) => assert.fail(String(error)),
    gapMs: () => 0,
    encoding: { meterOf: () => new Meter(), now: () => 0 },
  });
}

/** A desk whose filters are opened when the test says so. */
function openDesk() {
  const log: string[] = [], clock = new FakeClock();
  const waiting: { readonly filter: NodeFilter; readonly open: () => void; readonly fail: (why: unknown) => void }[] =
    [];
  const watcher: Watcher = {
    dialect: "v4",
    rateHz: 20,
    sink: { isClear: true, sendFrame: () => {}, flush: () => false },
  };
  const desk = new FilterDesk({
    filters: {
      open: (filter) =>
        new Promise((resolve, fail) => waiting.push({ filter, open: () => resolve(lensOf(filter)), fail })),
      close: ({ filter }, user) => log.push(`close ${JSON.stringify(filter)} of ${user}`),
    },
    broadcaster: { look: (_, lens) => log.push(`look ${JSON.stringify(lens?.filter)}`) },
    watcher,
    user: "ada",
    loop: { shown: graph },
    clock,
    requireNode: (id) => {
      if (id > 2) throw new Error(`no node ${id}`);
    },
    refuse: (code, message) => log.push(`refuse ${code}: ${message}`),
    tell: (code, message, retryAfterS) => log.push(`tell ${code} ${retryAfterS}: ${message}`),
    onFilter: (filter, nodes) => log.push(`now ${JSON.stringify(filter)} ${nodes}`),
    onFault: (error) => log.push(String(error)),
  });
  return { desk, log, clock, waiting };
}

Deno.test("filters are taken up in order; of those that wait for the one before, the newest", async () => {
  const { desk, log, waiting } = openDesk();
  for (const maxNodes of [1, 2, 3]) desk.ask({ maxNodes });
  assert.equal(waiting.length, 1, "one question at a time");
  waiting[0].open();
  await settle();
  assert.deepEqual(waiting.map(({ filter }) => filter.maxNodes), [1, 3]);
  waiting[1].open();
  await settle();
  desk.ask({});
  await settle();
  assert.deepEqual(log, [
    ...['look {"maxNodes":1}', 'now {"maxNodes":1} 1'],
    ...['look {"maxNodes":3}', 'close {"maxNodes":1} of ada', 'now {"maxNodes":3} 3'],
    ...["look undefined", 'close {"maxNodes":3} of ada', "now {} 3"],
  ]);
});

Deno.test("[V4-23] a filter that cannot be is refused and changes nothing", async () => {
  const { desk, log, waiting } = openDesk();
  assert.throws(() => desk.ask({ rootId: 3 }), /no node 3/);
  desk.ask({ maxDepth: 2 });
  assert.deepEqual(log, ["refuse bad_message: maxDepth needs a rootId: no node of this graph has a depth of its own."]);
  desk.ask({ search: "x" });
  waiting[0].fail(new FilterRefused("unavailable", "Busy.", 1));
  await settle();
  desk.ask({ search: "x" });
  waiting[1].fail(new Error("broken"));
  await settle();
  assert.deepEqual(log.slice(1), [
    "tell unavailable 1: Busy.",
    "Error: broken",
    "tell unavailable undefined: The filter could not be looked up.",
  ]);
});

Deno.test("[V4-23] a filter that is changed too often is refused with a time to wait", async () => {
  const { desk, log, clock } = openDesk(), most = LIMITS.filterChanges.value;
  for (let k = 0; k < most; k++) desk.ask({});
  await settle();
  const before = log.length;
  desk.ask({});
  assert.deepEqual(log.slice(before), [`tell limit 1: A filter can be changed ${most} times a minute.`]);
  clock.advance(60_000 / most);
  desk.ask({});
  await settle();
  assert.equal(log.at(-1), "now {} 3");
});

Deno.test("a filter that is found after its socket has closed is let go of, and one that waits is not looked for", async () => {
  const { desk, log, waiting } = openDesk();
  desk.ask({ search: "a" });
  desk.ask({ search: "b" });
  desk.close();
  waiting[0].open();
  await settle();
  assert.deepEqual(log, ['close {"search":"a"} of ada']);
  assert.equal(waiting.length, 1);
});
