import assert from "node:assert/strict";
import type { RestClient, Result } from "../../../web/connection/rest_client.ts";
import type { PathAnswer } from "../../../web/connection/rest_schemas.ts";
import { createAppState } from "../../../web/state/app_state.ts";
import { PathActions } from "../../../web/state/path_actions.ts";

const node = (id: number) => ({ id, label: `Node ${id}`, type: "" });
const answerOf = (ids: readonly number[], [from, to]: readonly [number, number]): Result<PathAnswer> => ({
  ok: true,
  value: {
    from: node(from),
    to: node(to),
    path: ids.length === 0 ? null : { length: 1, hops: ids.length - 1, nodes: ids.map(node), edges: [] },
  },
});

/** Actions whose questions are answered when the test says so. */
function open() {
  const state = createAppState({ theme: "dark", themeChoice: "dark", panels: [] });
  const asked: (PromiseWithResolvers<Result<PathAnswer>> & { question: string; signal?: AbortSignal })[] = [];
  const drawn: (readonly number[] | undefined)[] = [], ended: string[] = [];
  const path: RestClient["path"] = (from, to, { measure, signal }) => {
    const question = { ...Promise.withResolvers<Result<PathAnswer>>(), question: `${from} ${to} ${measure}`, signal };
    asked.push(question);
    return question.promise;
  };
  const actions = new PathActions({
    state,
    rest: { path },
    scene: () => ({ showPath: (ids) => drawn.push(ids) }),
    sessionEnded: (reason) => ended.push(reason),
  });
  return { state, actions, asked, drawn, ended };
}

Deno.test("a path is begun, its end chosen, drawn when found, and put away", async () => {
  const { state, actions, asked, drawn } = open();
  assert.equal(actions.isOpen, false);
  await actions.findTo({ id: 3 });
  assert.equal(asked.length, 0, "nothing was begun");
  actions.begin(node(1));
  assert.equal(actions.isChoosing, true);
  const finding = actions.findTo({ id: 3 });
  assert.deepEqual(state.path.peek(), { kind: "finding", from: node(1), to: { id: 3 } });
  asked[0].resolve(answerOf([1, 2, 3], [1, 3]));
  await finding;
  const shown = state.path.peek();
  assert.ok(shown.kind === "found" && shown.path.hops === 2 && shown.to.label === "Node 3");
  assert.deepEqual(drawn.at(-1), [1, 2, 3]);
  actions.clear();
  assert.equal(state.path.peek().kind, "none");
  assert.equal(drawn.at(-1), undefined);
});

Deno.test("another measure asks anew, and the answer to the older question no longer counts", async () => {
  const { state, actions, asked, drawn } = open();
  actions.begin(node(1));
  const first = actions.findTo({ id: 3 });
  actions.setMeasure("length");
  assert.deepEqual(asked.map(({ question }) => question), ["1 3 hops", "1 3 length"]);
  assert.equal(asked[0].signal?.aborted, true);
  asked[0].resolve(answerOf([1, 9, 3], [1, 3]));
  await first;
  assert.equal(state.path.peek().kind, "finding");
  asked[1].resolve(answerOf([], [1, 3]));
  await asked[1].promise;
  await Promise.resolve();
  assert.equal(state.path.peek().kind, "apart");
  assert.equal(drawn.at(-1), undefined);
  actions.setMeasure("length");
  assert.equal(asked.length, 2);
});

Deno.test("a refusal is shown; the end of the session is told", async () => {
  const { state, actions, asked, ended } = open();
  for (const [status, kind] of [[503, "failed"], [401, "finding"]] as const) {
    actions.begin(node(1));
    const finding = actions.findTo({ id: 3 });
    asked.at(-1)?.resolve({ ok: false, error: { status, code: "x", message: "A sentence." } });
    await finding;
    assert.equal(state.path.peek().kind, kind);
  }
  assert.deepEqual(ended, ["A sentence."]);
});

Deno.test("in another graph the way is found anew while both ends are in it, and put away when one is gone", async () => {
  const { state, actions, asked, drawn } = open();
  actions.graphChanged(Uint32Array.of(1, 2, 3));
  actions.begin(node(1));
  const first = actions.findTo({ id: 3 });
  asked[0].resolve(answerOf([1, 2, 3], [1, 3]));
  await first;
  actions.graphChanged(Uint32Array.of(1, 2, 3, 4));
  assert.deepEqual(asked.map(({ question }) => question), ["1 3 hops", "1 3 hops"]);
  actions.graphChanged(Uint32Array.of(1, 4));
  assert.equal(asked[1].signal?.aborted, true);
  assert.equal(state.path.peek().kind, "none");
  assert.equal(drawn.at(-1), undefined);
});
