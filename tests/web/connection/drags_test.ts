import assert from "node:assert/strict";
import { decodeV4 } from "../../../protocol/graph/v4.ts";
import { Drags } from "../../../web/connection/drags.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function hand() {
  const clock = new FakeClock(), sent: string[] = [];
  const drags = new Drags(clock, (bytes) => {
    const message = decodeV4(bytes);
    if (message.type === "nodeDrag") sent.push(`${message.id} ${message.phase} ${message.x}`);
  });
  const drag = (id: number, phase: "start" | "move" | "end", x: number) => drags.drag({ id, phase, x, y: 0, z: 0 });
  return { clock, sent, drags, drag };
}

const TAKEN = { type: "released", data: { id: 7, reason: "taken" } } as const;

Deno.test("[EV-9] a hand that rests says the same place again, five times a second, until it lets go", () => {
  const { clock, sent, drag } = hand();
  drag(7, "start", 1);
  clock.advance(199);
  drag(7, "move", 2);
  clock.advance(199);
  assert.deepEqual(sent, ["7 start 1", "7 move 2"]);
  clock.advance(401);
  assert.deepEqual(sent.slice(2), ["7 move 2", "7 move 2", "7 move 2"]);
  drag(7, "end", 3);
  clock.advance(10_000);
  assert.deepEqual([sent.slice(5), clock.pending], [["7 end 3"], 0]);
});

Deno.test("[EV-8] of a drag that was lost nothing more is sent, until it starts anew", () => {
  const { clock, sent, drags, drag } = hand();
  drag(7, "start", 1);
  drag(8, "start", 1);
  drags.hear(TAKEN);
  drag(7, "move", 2);
  drag(8, "end", 2);
  clock.advance(1_000);
  drag(7, "end", 3);
  assert.deepEqual(sent, ["7 start 1", "8 start 1", "8 end 2"]);
  drag(7, "start", 4);
  assert.deepEqual(sent.slice(3), ["7 start 4"]);
});

Deno.test("drags: a node that went idle, or whose drag was refused, is held again when the hand moves, and not before", () => {
  const idle = { type: "released", data: { id: 7, reason: "idle" } } as const;
  const refused = { type: "error", data: { code: "forbidden", message: "No." } } as const;
  for (const event of [idle, refused]) {
    const { clock, sent, drags, drag } = hand();
    drag(7, "start", 1);
    drags.hear(event);
    clock.advance(1_000);
    assert.deepEqual([sent, clock.pending], [["7 start 1"], 0]);
    drag(7, "move", 2);
    clock.advance(200);
    assert.deepEqual(sent.slice(1), ["7 move 2", "7 move 2"]);
  }
});

Deno.test("drags: with the connection everything is let go, and what was lost is forgotten", () => {
  const { clock, sent, drags, drag } = hand();
  drag(7, "start", 1);
  drag(8, "start", 1);
  drags.hear(TAKEN);
  drags.forget();
  assert.equal(clock.pending, 0);
  drag(7, "move", 2);
  assert.deepEqual(sent.slice(2), ["7 move 2"]);
});
