import assert from "node:assert/strict";
import { parseClientText, parseServerEvent, type StatusData } from "../../../protocol/graph/events.ts";
import { encodeCamera, encodeIntroduction } from "../../../protocol/graph/presence.ts";

const STATUS = {
  state: "settled",
  detail: "still",
  done: 3,
  total: 4,
  generation: 7,
  engine: "cpu",
  engineDetail: "2 threads",
  engineReason: "No GPU was found.",
  step: 812,
  alpha: 0.25,
  stepMs: 1.5,
  stepsPerSecond: 60,
  rateHz: 20,
  askedHz: 60,
  participant: 3,
  watchers: 2,
} satisfies StatusData;

const text = (type: unknown, data: unknown) => JSON.stringify({ type, data });

Deno.test("events: what the server says is read whole", () => {
  assert.deepEqual(parseServerEvent(text("status", STATUS)), { type: "status", data: STATUS });
  assert.deepEqual(parseServerEvent(text("pins", { ids: [0, 7, 0xffff_ffff] })), {
    type: "pins",
    data: { ids: [0, 7, 0xffff_ffff] },
  });
  const selections = [{ participant: 3, user: "ada", id: 7 }, { participant: 4, user: "", id: 0 }];
  assert.deepEqual(parseServerEvent(text("selections", { selections })), { type: "selections", data: { selections } });
  assert.deepEqual(parseServerEvent(text("selections", { selections: [] })), {
    type: "selections",
    data: { selections: [] },
  });
  const error = { code: "forbidden", message: "Viewers cannot move nodes." };
  assert.deepEqual(parseServerEvent(text("error", error)), { type: "error", data: error });
});

Deno.test("events: the layout's parameters are read, with who changed what; a change without its user is none", () => {
  const values = { repulsion: 20, theta: 1 };
  const read = (data: unknown) => parseServerEvent(text("layout", data));
  const change = { user: "ada", participant: 3, preset: "tight", names: ["repulsion"] };
  assert.deepEqual(read({ values, preset: "tight", change }), {
    type: "layout",
    data: { values, preset: "tight", change },
  });
  assert.deepEqual(read({ values: { ...values, later: "?" }, change: { names: [] } }), {
    type: "layout",
    data: { values, preset: undefined, change: undefined },
  });
  assert.equal(read({ values: 3 }), undefined);
});

Deno.test("events: every state and both engines are known", () => {
  for (const state of ["preparing", "moving", "paused", "settled", "failed"]) {
    for (const engine of ["webgpu", "cpu"]) {
      const event = parseServerEvent(text("status", { ...STATUS, state, engine }));
      assert.ok(event?.type === "status");
      assert.deepEqual([event.data.state, event.data.engine], [state, engine]);
    }
  }
});

Deno.test("events: a status without numbers has zeros, without texts has none", () => {
  const event = parseServerEvent(text("status", { state: "moving", engine: "cpu", step: "9", detail: 4, done: null }));
  assert.ok(event?.type === "status");
  const { state, engine, engineDetail, step, alpha, stepMs, stepsPerSecond, rateHz, watchers } = event.data;
  assert.deepEqual([state, engine, engineDetail], ["moving", "cpu", ""]);
  assert.deepEqual([step, alpha, stepMs, stepsPerSecond, rateHz, watchers], [0, 0, 0, 0, 0, 0]);
  const { detail, done, total, engineReason } = event.data;
  assert.deepEqual([detail, done, total, engineReason], [undefined, undefined, undefined, undefined]);
});

Deno.test("events: what this version does not know is nothing to the client", () => {
  const unknown = [
    "",
    "hello",
    "[]",
    text("status", undefined),
    text("status", []),
    text("status", { ...STATUS, state: "dancing" }),
    text("status", { ...STATUS, engine: "abacus" }),
    text("pins", { ids: [-1] }),
    text("pins", { ids: ["1"] }),
    text("pins", {}),
    text("selections", {}),
    text("selections", { selections: [null] }),
    text("selections", { selections: [{ participant: 1, user: 2, id: 3 }] }),
    text("selections", { selections: [{ participant: 1, user: "ada" }] }),
    text("selections", { selections: [{ participant: "1", user: "ada", id: 3 }] }),
    text("error", { code: 1, message: "x" }),
    text("error", { code: "x" }),
    text("filter", { filter: { maxNode: 5 }, nodes: 3 }),
    text("filter", { filter: {} }),
    text("weather", {}),
    text(1, {}),
  ];
  for (const message of unknown) assert.equal(parseServerEvent(message), undefined, message);
});

Deno.test("[EV-2] a subscription names known channels, each once", () => {
  assert.deepEqual(parseClientText(text("subscribe", { channels: ["selections", "pins", "status", "pins"] })), {
    type: "subscribe",
    channels: ["status", "pins", "selections"],
  });
  assert.deepEqual(parseClientText(text("subscribe", { channels: [] })), { type: "subscribe", channels: [] });
});

Deno.test("[EV-14] a filter is read with the bounds of FilterUpdate, both ways", () => {
  const filter = { types: ["a"], maxDepth: 2, rootId: 7, clusters: [0], search: "x", maxNodes: 9 };
  assert.deepEqual(parseClientText(text("filter", filter)), { type: "filter", filter });
  assert.deepEqual(parseClientText(text("filter", {})), { type: "filter", filter: {} });
  const said = { type: "filter", data: { filter, nodes: 4 } };
  assert.deepEqual(parseServerEvent(JSON.stringify(said)), said);
  const busy = { type: "error", data: { code: "limit", message: "Wait.", retry_after: 2 } };
  assert.deepEqual(parseServerEvent(JSON.stringify(busy)), busy);
});

Deno.test("[EV-24] a stop is read with its wait, or not at all", () => {
  const stop = { type: "shutdown", data: { message: "The server is stopping.", retry_after: 2.345 } };
  assert.deepEqual(parseServerEvent(JSON.stringify(stop)), stop);
  for (const data of [{ message: "Bye." }, { retry_after: 1 }, { message: "Bye.", retry_after: -1 }]) {
    assert.equal(parseServerEvent(JSON.stringify({ type: "shutdown", data })), undefined);
  }
});

Deno.test("[EV-3] anything else a client sends is answered with a sentence", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /Expected a JSON object/],
    ["[1]", /Expected a JSON object/],
    [text("publish", {}), /Unknown message type; known: "subscribe", "filter", "ping", "introduce", "camera"/],
    [text("filter", null), /^filter: expected an object\.$/],
    [text("filter", { maxNodes: 0 }), /^filter: expected maxNodes to be a whole number from 1 to 1000000\.$/],
    [text("subscribe", null), /needs data\.channels, a list of names/],
    [text("subscribe", { channels: "status" }), /needs data\.channels/],
    [text("subscribe", { channels: ["status", 4] }), /needs data\.channels/],
    [
      text("subscribe", { channels: ["status", "gossip"] }),
      /Unknown channel; known: status, pins, selections, layout, participants, cameras, holds\./,
    ],
    [text("introduce", "Ada"), /introduce needs data, an object/],
    [text("introduce", { name: 4 }), /data\.name is a text/],
    [text("introduce", { color: "red" }), /data\.color is "#rrggbb"/],
    [text("camera", undefined), /camera needs data, an object/],
    [text("camera", { position: [0, 0, 1] }), /camera needs data\.position and data\.target, three numbers each/],
    [text("camera", { position: [0, 0, null], target: [0, 0, 0] }), /three numbers each/],
    [text("camera", { position: [0, 0, 1, 1], target: [0, 0, 0] }), /three numbers each/],
  ];
  for (const [message, reason] of refused) {
    const answer = parseClientText(message);
    assert.ok(answer.type === "invalid", message);
    assert.match(answer.reason, reason);
  }
});

const ADA = { participant: 3, user: "ada", role: "editor", name: "Ada L.", color: "#FF7f00" };
const GRACE = { participant: 4, user: "grace", role: "viewer" };
const AT_HOME = { position: [0, 0.5, 40], target: [0, 0, -1] };

Deno.test("[EV-11] [EV-12] what the server says of people is read whole", () => {
  const data = { participants: [ADA, GRACE], count: 900 };
  assert.deepEqual(parseServerEvent(text("participants", data)), { type: "participants", data });
  const strange = { participants: [{ ...GRACE, name: 4, color: "url(x)" }] };
  assert.deepEqual(parseServerEvent(text("participants", strange)), {
    type: "participants",
    data: { participants: [GRACE], count: 1 },
  });
  const cameras = { cameras: [{ participant: 3, ...AT_HOME }] },
    holds = { holds: [{ participant: 3, user: "ada", id: 7 }] };
  assert.deepEqual(parseServerEvent(text("cameras", cameras)), { type: "cameras", data: cameras });
  assert.deepEqual(parseServerEvent(text("holds", holds)), { type: "holds", data: holds });
  const taken = { id: 7, reason: "taken", by: { participant: 4, user: "grace" } }, idle = { id: 7, reason: "idle" };
  for (const released of [taken, idle]) {
    assert.deepEqual(parseServerEvent(text("released", released)), { type: "released", data: released });
  }
});

Deno.test("events: of people too, what is damaged is nothing", () => {
  const damaged = [
    text("participants", {}),
    text("participants", { participants: [{ ...ADA, role: "king" }] }),
    text("participants", { participants: [{ ...ADA, user: undefined }] }),
    text("cameras", { cameras: [{ participant: 3, position: [0, 0], target: [0, 0, 0] }] }),
    text("cameras", { cameras: [AT_HOME] }),
    text("cameras", { cameras: ["3"] }),
    text("holds", { holds: [{ participant: 3, user: "ada" }] }),
    text("released", { id: 7 }),
    text("released", { id: 7, reason: "taken" }),
    text("released", { id: 7, reason: "taken", by: { participant: 4 } }),
    text("released", { reason: "idle" }),
  ];
  for (const message of damaged) assert.equal(parseServerEvent(message), undefined, message);
});

Deno.test("[EV-11] [EV-12] what a client says of itself is read as it was written, and what is not said is taken back", () => {
  const introduction = { name: "Ada L.", color: "#ff7f00" };
  assert.deepEqual(parseClientText(encodeIntroduction(introduction)), { type: "introduce", introduction });
  assert.deepEqual(parseClientText(encodeIntroduction({})), {
    type: "introduce",
    introduction: { name: undefined, color: undefined },
  });
  const camera = { position: [0, 0.5, 40], target: [0, 0, -1] } as const;
  assert.deepEqual(parseClientText(encodeCamera(camera)), { type: "camera", camera });
  assert.deepEqual(parseClientText(encodeCamera(undefined)), { type: "camera" });
});
