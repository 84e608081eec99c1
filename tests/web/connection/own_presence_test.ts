import assert from "node:assert/strict";
import { parseClientText } from "../../../protocol/graph/events.ts";
import type { Camera } from "../../../protocol/graph/presence.ts";
import { OwnPresence } from "../../../web/connection/own_presence.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function shown() {
  const clock = new FakeClock(), texts: string[] = [];
  const presence = new OwnPresence(clock, (text) => texts.push(text));
  /** Where cameras were said to be, along x; what else was said by its type. */
  const said = () =>
    texts.splice(0).map((text) => {
      const message = parseClientText(text);
      if (message.type !== "camera") return message.type;
      return message.camera?.position[0] ?? "nowhere";
    });
  return { clock, presence, said };
}

const at = (x: number): Camera => ({ position: [x, 0, 40], target: [0, 0, 0] });

Deno.test("[EV-12] the newest camera is said ten times a second at most, and only when it is another one", () => {
  const { clock, presence, said } = shown();
  presence.opened();
  for (const x of [1, 2, 3]) presence.look(at(x));
  assert.deepEqual(said(), [1]);
  clock.advance(99);
  assert.deepEqual(said(), []);
  clock.advance(1);
  assert.deepEqual([said(), clock.pending], [[3], 0]);
  clock.advance(1_000);
  presence.look(at(3));
  clock.advance(1_000);
  assert.deepEqual([said(), clock.pending], [[], 0]);
  presence.look(undefined);
  assert.deepEqual(said(), ["nowhere"]);
});

Deno.test("[EV-11] [EV-12] a new connection is told who one is and where one looks; of nothing, nothing", () => {
  const { clock, presence, said } = shown();
  presence.opened();
  assert.deepEqual(said(), []);
  presence.introduce({ name: "Ada" });
  presence.look(at(1));
  presence.look(at(2));
  assert.deepEqual(said(), ["introduce", 1]);
  presence.closed();
  assert.equal(clock.pending, 0);
  presence.opened();
  assert.deepEqual(said(), ["introduce", 2]);
});
