import assert from "node:assert/strict";
import type { LayoutBody, Result } from "../../../web/connection/rest_client.ts";
import { createAppState, type LayoutTable, type Role } from "../../../web/state/app_state.ts";
import { LayoutActions } from "../../../web/state/layout_actions.ts";
import { FakeLayout } from "../../helpers/fake_layout.ts";

function open({ role = "editor" as Role } = {}) {
  const state = createAppState({ theme: "dark", themeChoice: "dark", panels: [] }), server = new FakeLayout();
  state.session.value = { kind: "signedIn", user: "ada", role };
  const sent: { body: LayoutBody; answer: (result: Result<LayoutTable>) => void }[] = [];
  const table = () => server.describe();
  const ends: string[] = [];
  const layout = new LayoutActions({
    state,
    rest: {
      layout: () => Promise.resolve({ ok: true, value: table() }),
      setLayout: (body) => {
        const { promise, resolve } = Promise.withResolvers<Result<LayoutTable>>();
        sent.push({ body, answer: resolve });
        return promise;
      },
    },
    sessionEnded: (reason) => ends.push(reason),
  });
  const value = (name: string) => state.layout.value?.parameters.find((row) => row.name === name)?.value;
  return { state, server, sent, layout, table, value, ends, texts: () => state.notices.value.map(({ text }) => text) };
}

/** Lets everything that waits for an answer go on. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

Deno.test("a slider's value shows at once; while one is on its way only the newest waits", async () => {
  const { layout, server, sent, table, value } = open();
  await layout.read();
  for (const repulsion of [11, 12, 13]) layout.set("repulsion", repulsion);
  layout.set("clusterCohesion", 2);
  assert.deepEqual(sent.map(({ body }) => body), [{ repulsion: 11 }]);
  assert.equal(value("repulsion"), 13);
  server.change({ repulsion: 11 }, "ada");
  sent[0].answer({ ok: true, value: table() });
  await settle();
  assert.equal(value("repulsion"), 13, "what is still to be sent stays as its author has it");
  assert.deepEqual(sent[1].body, { repulsion: 13, clusterCohesion: 2 });
  server.change({ repulsion: 13, clusterCohesion: 2 }, "ada");
  sent[1].answer({ ok: true, value: table() });
  await settle();
  assert.deepEqual([value("repulsion"), value("clusterCohesion"), sent.length], [13, 2, 2]);
});

Deno.test("what others do is shown and said, by the newest only; what one did oneself is not said", async () => {
  const { layout, state, server, value, texts } = open();
  const hear = (body: Record<string, unknown>, user = "grace") => {
    layout.hear(server.change(body, user).data as Parameters<LayoutActions["hear"]>[0]);
  };
  hear({ repulsion: 3, participant: 9 }); // the table is not there yet
  await layout.read();
  hear({ repulsion: 4, participant: 9 });
  assert.deepEqual([value("repulsion"), texts()], [4, ["grace set “Repulsion” to 4."]]);
  hear({ preset: "clusters" });
  assert.deepEqual([value("repulsion"), texts()], [20, ["grace chose the layout “Clusters”."]]);
  hear({ repulsion: 1, theta: 0.5 });
  assert.deepEqual(texts(), ["grace changed “Repulsion” and 1 more."]);
  hear({ preset: "default" });
  assert.deepEqual(texts(), ["grace reset the layout."]);
  state.status.value = {
    ...{ state: "moving", engine: "cpu", engineDetail: "", step: 0, alpha: 0, stepMs: 0 },
    ...{ stepsPerSecond: 0, rateHz: 0, askedHz: 0, watchers: 2, participant: 9 },
  };
  hear({ repulsion: 7, participant: 9 }, "ada");
  assert.deepEqual([value("repulsion"), texts()], [7, ["grace reset the layout."]]);
});

Deno.test("a refusal is said and the true value comes back; an ended session ends", async () => {
  const { layout, sent, value, texts, ends } = open();
  await layout.read();
  layout.set("repulsion", 50);
  sent[0].answer({ ok: false, error: { status: 400, code: "bad_request", message: "Too far." } });
  await settle();
  assert.deepEqual([value("repulsion"), texts()], [10, ["Too far."]]);
  void layout.choose("clusters");
  sent[1].answer({ ok: false, error: { status: 401, code: "token_expired", message: "Sign in again." } });
  await settle();
  assert.deepEqual(ends, ["Sign in again."]);
});

Deno.test("viewers change nothing and are told so", async () => {
  const { layout, sent, value, texts } = open({ role: "viewer" });
  await layout.read();
  layout.set("repulsion", 50);
  await layout.choose("clusters");
  assert.deepEqual([sent.length, value("repulsion")], [0, 10]);
  assert.deepEqual(texts(), ["Viewers can look around but not change the layout."]);
});
