import assert from "node:assert/strict";
import type { ReleasedData } from "../../protocol/graph/presence.ts";
import { Hand } from "../../server/hand.ts";
import { Holds } from "../../server/holds.ts";
import { LIMITS } from "../../server/limits.ts";
import { SimulationLoop } from "../../server/simulation_loop.ts";
import { StoreError } from "../../server/store/store_error.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { fakeOpener } from "../helpers/fake_simulation.ts";
import { storeOf } from "../helpers/graphs.ts";

type Phase = "start" | "move" | "end";

/** Ada and Grace at one graph. What they drag goes to (x, 0, 0). */
async function twoHands(save: () => void = () => {}) {
  const opener = fakeOpener(), clock = new FakeClock();
  const loop = await SimulationLoop.open({
    graph: storeOf(20, []),
    pins: { list: () => [], save, remove: () => {}, removeAll: () => {} },
    maxPins: 20,
    open: opener.open,
    onFrame: () => {},
    clock,
    onFault: (error) => assert.fail(String(error)),
  });
  let changes = 0;
  const holds = new Holds({ loop, clock, onChange: () => changes++ });
  const handOf = (participant: number, user: string) => {
    const released: ReleasedData[] = [];
    const hand = new Hand({
      ...{ participant, user, loop, holds, clock },
      role: () => "editor",
      onSelect: () => {},
      onReleased: (what) => released.push(what),
    });
    const drag = (id: number, phase: Phase, x: number) => hand.drag({ type: "nodeDrag", id, phase, x, y: 0, z: 0 });
    return { hand, released, drag };
  };
  const calls = opener.opened().calls;
  return { ada: handOf(1, "ada"), grace: handOf(2, "grace"), loop, holds, clock, calls, changes: () => changes };
}

const TAKEN_BY_GRACE = { reason: "taken", by: { participant: 2, user: "grace" } } as const;

Deno.test("[EV-8] who starts to drag a held node has it, and its holder is told once and no longer heard", async () => {
  const { ada, grace, calls, holds, loop } = await twoHands();
  ada.drag(7, "start", 1);
  grace.drag(7, "start", 2);
  for (const phase of ["move", "move", "end"] as const) ada.drag(7, phase, 3);
  assert.deepEqual(ada.released, [{ id: 7, ...TAKEN_BY_GRACE }]);
  assert.deepEqual(holds.list(), [{ participant: 2, user: "grace", id: 7 }]);
  assert.deepEqual(calls, ["pin 7 1 0 0", "pin 7 2 0 0"]);
  grace.drag(7, "end", 4);
  assert.deepEqual(calls.at(-1), "pin 7 4 0 0");
  assert.deepEqual([holds.list(), loop.pinnedIds()], [[], [7]]);
});

Deno.test("[EV-8] a lost drag goes on only when it starts anew, and the node changes hands again", async () => {
  const { ada, grace, calls } = await twoHands();
  ada.drag(7, "start", 1);
  grace.drag(7, "start", 2);
  grace.drag(7, "end", 2);
  calls.length = 0;
  ada.drag(7, "move", 3);
  assert.deepEqual(calls, [], "the node is free, the drag is lost all the same");
  ada.drag(7, "start", 4);
  ada.drag(7, "move", 5);
  assert.deepEqual(calls, ["pin 7 4 0 0", "pin 7 5 0 0"]);
  grace.drag(7, "start", 6);
  assert.deepEqual([ada.released.length, grace.released.length], [2, 0]);
});

Deno.test("[EV-8] without a start a free node is taken, a held one is not, and who was silent may begin again", async () => {
  const { ada, grace, calls, clock } = await twoHands();
  grace.drag(3, "move", 1);
  ada.drag(3, "move", 2);
  ada.drag(3, "move", 3);
  assert.deepEqual([calls, ada.released], [["pin 3 1 0 0"], [{ id: 3, ...TAKEN_BY_GRACE }]]);
  grace.drag(3, "end", 1);
  clock.advance(LIMITS.holdIdleMs.value - 1);
  ada.drag(3, "move", 4);
  clock.advance(LIMITS.holdIdleMs.value);
  ada.drag(3, "move", 5);
  assert.deepEqual(calls.slice(2), ["pin 3 5 0 0"]);
});

Deno.test("[EV-9] [V4-5] a held node that is not moved for 500 ms is pinned where it was put, and others are told", async () => {
  const { ada, grace, calls, clock, holds, loop, changes } = await twoHands();
  ada.drag(7, "start", 1);
  clock.advance(499);
  ada.drag(7, "move", 2);
  clock.advance(499);
  assert.deepEqual([loop.pinnedIds(), holds.list().length, changes()], [[], 1, 1]);
  clock.advance(1);
  assert.deepEqual([loop.pinnedIds(), holds.list(), changes()], [[7], [], 2]);
  assert.deepEqual(ada.released, [{ id: 7, reason: "idle" }]);
  assert.deepEqual([calls.at(-1), clock.pending], ["pin 7 2 0 0", 0]);
  grace.drag(7, "move", 3);
  assert.deepEqual(holds.list(), [{ participant: 2, user: "grace", id: 7 }]);
});

Deno.test("[EV-9] a hand that rests and then moves holds its node again, unless somebody else does", async () => {
  const { ada, grace, clock, holds } = await twoHands();
  ada.drag(7, "start", 1);
  clock.advance(500);
  ada.drag(7, "move", 2);
  assert.equal(holds.holderOf(7), ada.hand);
  clock.advance(500);
  grace.drag(7, "start", 3);
  ada.drag(7, "move", 4);
  assert.equal(holds.holderOf(7), grace.hand);
  assert.deepEqual(ada.released.map(({ reason }) => reason), ["idle", "idle", "taken"]);
});

Deno.test("[EV-10] five nodes are held at once, a sixth is refused until one is let go or taken", async () => {
  const { ada, grace, holds } = await twoHands();
  for (let id = 0; id < 5; id++) ada.drag(id, "start", 1);
  const refusal = { name: "Refusal", code: "limit", message: "At most 5 nodes can be held at once." };
  assert.throws(() => ada.drag(5, "start", 1), refusal);
  ada.drag(4, "move", 2);
  grace.drag(0, "start", 1);
  ada.drag(5, "start", 1);
  assert.throws(() => ada.drag(6, "start", 1), refusal);
  ada.drag(5, "end", 1);
  ada.drag(6, "start", 1);
  assert.deepEqual([holds.countOf(ada.hand), holds.countOf(grace.hand)], [5, 1]);
});

Deno.test("[EV-10] who has lost a node to a full hand keeps it out of that hand", async () => {
  const { ada, grace, holds } = await twoHands();
  for (let id = 0; id < 5; id++) grace.drag(id, "start", 1);
  ada.drag(5, "start", 1);
  assert.throws(() => grace.drag(5, "start", 1), { code: "limit" });
  assert.equal(holds.holderOf(5), ada.hand);
  assert.deepEqual(ada.released, []);
});

Deno.test("[EV-10] whoever leaves lets go of everything at once, pinned where it was put", async () => {
  const { ada, grace, holds, loop, clock } = await twoHands();
  for (const id of [1, 2, 3]) ada.drag(id, "start", id);
  grace.drag(3, "start", 9);
  ada.hand.letGo();
  assert.deepEqual([loop.pinnedIds(), holds.list().map(({ id }) => id)], [[1, 2], [3]]);
  grace.hand.letGo();
  assert.deepEqual([loop.pinnedIds(), holds.list(), clock.pending], [[1, 2, 3], [], 0]);
});

Deno.test("[EV-9] a node that cannot be stored when it was let go is free, and nobody fails for it", async () => {
  const { ada, calls, clock, holds } = await twoHands(() => {
    throw new StoreError("full", "The disk is full.");
  });
  ada.drag(7, "start", 1);
  clock.advance(500);
  assert.deepEqual([calls, holds.list()], [["pin 7 1 0 0", "unpin 7"], []]);
});

Deno.test("hands: lost drags are remembered in a bounded number, the stalest is forgotten", async () => {
  const { ada, grace, calls } = await twoHands();
  for (let id = 0; id < 6; id++) {
    ada.drag(id, "start", 1);
    grace.drag(id, "start", 2);
    grace.drag(id, "end", 2);
  }
  calls.length = 0;
  for (let id = 1; id < 6; id++) ada.drag(id, "move", 3);
  assert.deepEqual(calls, []);
  ada.drag(0, "move", 3);
  assert.deepEqual(calls, ["pin 0 3 0 0"]);
});
