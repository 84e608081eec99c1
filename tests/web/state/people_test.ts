import assert from "node:assert/strict";
import type { Introduction, Participant } from "../../../protocol/graph/presence.ts";
import { createAppState } from "../../../web/state/app_state.ts";
import { People } from "../../../web/state/people.ts";
import { type Other, peopleOf } from "../../../web/state/person.ts";

const person = (participant: number, user: string, more: Partial<Participant> = {}): Participant => ({
  ...{ participant, user, role: "editor" },
  ...more,
});

/** A page whose own connection is number 1. */
function page() {
  const state = createAppState({ theme: "dark", themeChoice: "dark", panels: [] });
  const introduced: Introduction[] = [], remembered: string[] = [], letGo: number[] = [];
  let others: readonly Other[] = [];
  const people = new People({
    state,
    scene: () => ({
      showOthers: (all) => others = all,
      letGo(id) {
        letGo.push(id);
        return id === 7 ? "Valjean" : undefined;
      },
    }),
    introduce: (introduction) => introduced.push(introduction),
    remember: (name) => remembered.push(name),
  });
  const hear = (participant: number) =>
    state.status.value = {
      ...{ state: "moving", engine: "cpu", engineDetail: "", step: 0, alpha: 0, stepMs: 0, stepsPerSecond: 0 },
      ...{ rateHz: 60, askedHz: 60, participant, watchers: 2 },
    };
  const texts = () => state.notices.value.map(({ text }) => text);
  return { state, people, introduced, remembered, letGo, hear, texts, others: () => others };
}

Deno.test("people: who shares a name has a number with it, and everybody a colour", () => {
  const all = [
    person(1, "admin"),
    person(2, "ada"),
    person(7, "admin", { color: "#ff7f00" }),
    person(9, "x", { name: "Grace" }),
  ];
  assert.deepEqual(peopleOf(all).map(({ name, tone, color }) => [name, tone, color]), [
    ["admin 1", 1, undefined],
    ["ada", 2, undefined],
    ["admin 7", 1, "#ff7f00"],
    ["Grace", 3, undefined],
  ]);
});

Deno.test("people: the scene is shown what the others do, and not oneself", () => {
  const { people, hear, others } = page();
  const camera = { position: [0, 0, 9], target: [0, 0, 0] } as const;
  people.participants({ participants: [person(1, "ada"), person(2, "grace"), person(3, "alan")], count: 3 });
  assert.equal(others().length, 3, "one's own number is not known yet");
  hear(1);
  people.selections([{ participant: 1, user: "ada", id: 4 }, { participant: 2, user: "grace", id: 5 }]);
  people.holds([{ participant: 3, user: "alan", id: 6 }, { participant: 3, user: "alan", id: 8 }]);
  people.cameras([{ participant: 2, ...camera }]);
  assert.deepEqual(others().map(({ name, selected, held, camera }) => ({ name, selected, held, camera })), [
    { name: "grace", selected: 5, held: [], camera },
    { name: "alan", selected: undefined, held: [6, 8], camera: undefined },
  ]);
  people.forget();
  assert.deepEqual(others(), []);
});

Deno.test("people: a node that somebody took is let go, and its name and theirs are said, once", () => {
  const { people, letGo, texts } = page();
  people.participants({ participants: [person(2, "grace", { name: "Grace" })], count: 1 });
  people.released({ id: 7, reason: "taken", by: { participant: 2, user: "grace" } });
  assert.deepEqual(texts(), ["Grace has taken Valjean from your hand."]);
  people.released({ id: 3, reason: "taken", by: { participant: 5, user: "alan" } });
  assert.deepEqual([texts(), letGo], [["alan has taken node 3 from your hand."], [7, 3]]);
  people.released({ id: 3, reason: "idle" });
  assert.deepEqual([texts().length, letGo.length], [1, 2]);
});

Deno.test("people: a name for oneself is said and remembered, an empty one is taken back", () => {
  const { state, people, introduced, remembered } = page();
  people.introduce("  Ada ");
  people.introduce(" ");
  assert.deepEqual([introduced, remembered, state.ownName.value], [[{ name: "Ada" }, {}], ["Ada", ""], ""]);
});
