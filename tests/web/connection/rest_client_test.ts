import assert from "node:assert/strict";
import { createFrame } from "../../../protocol/frame.ts";
import { encodeFullGraph, encodeHeartbeat } from "../../../protocol/graph/v4.ts";
import { RestClient } from "../../../web/connection/rest_client.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

function clientThat(answer: (asked: Asked) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const fetch = (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve(answer({ url, init }));
  };
  return { asked, rest: new RestClient({ baseUrl: "http://h", fetch, token: () => "jwt" }) };
}

Deno.test("a session comes back checked, and the token goes along", async () => {
  const { rest, asked } = clientThat(() => Response.json({ user: "ada", role: "viewer", expires_at: 5, extra: 1 }));
  assert.deepEqual(await rest.session(), { ok: true, value: { user: "ada", role: "viewer", expires_at: 5 } });
  assert.equal(asked[0].url, "http://h/api/session");
  assert.equal(new Headers(asked[0].init.headers).get("Authorization"), "Bearer jwt");
});

Deno.test("an answer of another shape is a sentence", async () => {
  const { rest } = clientThat(() => Response.json({ user: "ada", role: "king", expires_at: 5 }));
  const answer = await rest.session();
  assert.equal(answer.ok, false);
  assert.match(answer.ok ? "" : answer.error.message, /^The server's answer to \/api\/session is not understood: /);
});

Deno.test("an error body becomes its sentence, with the time to wait", async () => {
  const body = { error: { code: "limit", message: "Too many tries.", retry_after: 7 } };
  const { rest } = clientThat(() => Response.json(body, { status: 429 }));
  assert.deepEqual(await rest.login("a", "b"), {
    ok: false,
    error: { status: 429, code: "limit", message: "Too many tries.", retryAfterS: 7 },
  });
});

Deno.test("an error without a body still says something", async () => {
  const { rest } = clientThat(() => new Response("<html>", { status: 503 }));
  const answer = await rest.health();
  assert.equal(answer.ok ? "" : answer.error.message, "The server is busy. Try again in a moment.");
});

Deno.test("no network is a sentence; a cancelled question is told apart", async () => {
  const down = clientThat(() => Promise.reject(new TypeError("failed to fetch")));
  const answer = await down.rest.health();
  assert.deepEqual(answer.ok ? {} : answer.error, {
    status: 0,
    code: "unreachable",
    message: "The server cannot be reached.",
  });
  const aborted = clientThat(() => Promise.reject(new DOMException("stop", "AbortError")));
  const cancelled = await aborted.rest.search("x", 5);
  assert.equal(cancelled.ok ? "" : cancelled.error.code, "aborted");
});

Deno.test("a mistake of ours is not dressed up as the network's", async () => {
  const { rest } = clientThat(() => Promise.reject(new RangeError("ours")));
  await assert.rejects(rest.health(), RangeError);
});

Deno.test("labels are counted as they arrive", async () => {
  const labels = { generation: 1, ids: [0, 4], labels: ["a", "ü"], typeNames: ["t"], types: [0, 0], degrees: [1, 1] };
  const bytes = new TextEncoder().encode(JSON.stringify(labels)), at = bytes.indexOf(0xc3) + 1;
  const { rest } = clientThat(() => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, at)); // cuts the ü in two
        controller.enqueue(bytes.slice(at));
        controller.close();
      },
    });
    return new Response(body, { headers: { "Content-Length": String(bytes.length) } });
  });
  const progress: unknown[] = [];
  const answer = await rest.labels((done, total) => progress.push([done, total]));
  assert.deepEqual(answer, { ok: true, value: labels });
  assert.deepEqual(progress, [[at, bytes.length], [bytes.length, bytes.length]]);
});

Deno.test("labels whose columns differ in length are refused", async () => {
  const { rest } = clientThat(() =>
    Response.json({ generation: 0, labels: ["a"], typeNames: [], types: [], degrees: [] })
  );
  assert.equal((await rest.labels(() => {})).ok, false);
});

Deno.test("what is asked for: search, pin, simulation", async () => {
  const { rest, asked } = clientThat(() => new Response(null, { status: 204 }));
  await rest.search("a&b", 20);
  assert.deepEqual(await rest.pin(4, "free"), { ok: true, value: undefined });
  await rest.simulate("pause");
  assert.deepEqual(asked.map(({ url, init }) => [init.method, url, init.body]), [
    ["GET", "http://h/api/nodes?search=a%26b&limit=20", undefined],
    ["POST", "http://h/api/nodes/4/pin", '{"pinned":false}'],
    ["POST", "http://h/api/simulation", '{"action":"pause"}'],
  ]);
});

const NODE = { id: 4, key: "k", label: "l", type: "t", degree: 0, pinned: false, attributes: {}, neighbours: [] };
const DETAILS = { ...NODE, neighbour_count: 0 };

/** A server that answers when the test says so. */
function clientThatWaits(clock?: FakeClock) {
  const replies: { readonly init: RequestInit; readonly answer: (response: Response) => void }[] = [];
  const fetch = (_: string, init: RequestInit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    if (init.signal?.aborted) reject(init.signal.reason);
    init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    replies.push({ init, answer: resolve });
    return promise;
  };
  return { replies, rest: new RestClient({ baseUrl: "http://h", fetch, token: () => undefined, clock }) };
}

/** Lets promises be heard. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

const busy = (seconds: string) => new Response("{}", { status: 503, headers: { "Retry-After": seconds } });

Deno.test("the same node asked for twice is one request; one who leaves does not take the other along", async () => {
  const { replies, rest } = clientThatWaits(), leaving = new AbortController();
  const first = rest.node(4, { signal: leaving.signal }), second = rest.node(4), other = rest.search("l", 5);
  assert.equal(replies.length, 2);
  leaving.abort(new Error("a reason of the caller's own"));
  assert.deepEqual(await first, { ok: false, error: { status: 0, code: "aborted", message: "Cancelled." } });
  replies[0].answer(Response.json(DETAILS));
  assert.deepEqual(await second, { ok: true, value: DETAILS });
  replies[1].answer(Response.json({ total: 0, nodes: [] }));
  assert.equal((await other).ok, true);
});

Deno.test("a node read after a change does not share an answer from before it", async () => {
  const { replies, rest } = clientThatWaits();
  const before = rest.node(4), change = rest.pin(4, "pinned");
  replies[1].answer(new Response(null, { status: 204 }));
  await change;
  const after = rest.node(4);
  assert.equal(replies.length, 3);
  replies[0].answer(Response.json(DETAILS));
  replies[2].answer(Response.json({ ...DETAILS, pinned: true }));
  const [old, fresh] = [await before, await after];
  assert.deepEqual([old.ok && old.value.pinned, fresh.ok && fresh.value.pinned], [false, true]);
});

Deno.test("a wait that the server names is waited out, twice at most", async () => {
  const clock = new FakeClock(), { replies, rest } = clientThatWaits(clock), asked = rest.search("l", 5);
  for (let round = 0; round < 2; round++) {
    replies[round].answer(busy("2"));
    await settle();
    clock.advance(1_999);
    await settle();
    assert.equal(replies.length, round + 1);
    clock.advance(1);
    await settle();
    assert.equal(replies.length, round + 2);
  }
  replies[2].answer(busy("2"));
  const answer = await asked;
  assert.deepEqual(answer.ok ? {} : answer.error, {
    ...{ status: 503, code: "http", retryAfterS: 2 },
    message: "The server is busy. Try again in a moment.",
  });
  assert.equal(clock.pending, 0);
});

Deno.test("a long wait, an unnamed one, and one for a change are told at once", async () => {
  const clock = new FakeClock(), { replies, rest } = clientThatWaits(clock);
  const asked = [rest.node(1), rest.node(2), rest.pin(3, "free"), rest.session()];
  const answers = [busy("11"), busy("soon"), busy("1"), busy("1")];
  answers.forEach((response, at) => replies[at].answer(response));
  const heard = await Promise.all(asked);
  assert.deepEqual(heard.map((answer) => answer.ok ? "ok" : answer.error.retryAfterS), [11, undefined, 1, 1]);
  assert.equal(clock.pending, 0);
});

Deno.test("leaving ends a wait", async () => {
  const clock = new FakeClock(), { replies, rest } = clientThatWaits(clock), leaving = new AbortController();
  const asked = rest.node(4, { signal: leaving.signal });
  replies[0].answer(busy("5"));
  await settle();
  assert.equal(clock.pending, 1);
  leaving.abort();
  const answer = await asked;
  await settle();
  assert.equal(answer.ok ? "" : answer.error.code, "aborted");
  assert.equal(clock.pending, 0);
});

Deno.test("the layout's table comes back checked, and a change travels as PATCH", async () => {
  const row = { name: "theta", section: "motion", label: "Theta", default: 1, min: 0, max: 1.5, unit: "ratio" };
  const table = {
    preset: null,
    parameters: [{ ...row, value: 0.5, meaning: "How near.", effective: true }],
    presets: [{ name: "tight", label: "Tight", meaning: "Close.", values: { theta: 0.5 } }],
  };
  const { rest, asked } = clientThat(() => Response.json(table));
  assert.deepEqual(await rest.layout(), { ok: true, value: table });
  assert.deepEqual(await rest.setLayout({ theta: 0.5, participant: 3 }), { ok: true, value: table });
  assert.deepEqual(asked.map(({ url, init }) => [init.method, url, init.body]), [
    ["GET", "http://h/api/layout", undefined],
    ["PATCH", "http://h/api/layout", '{"theta":0.5,"participant":3}'],
  ]);
});

const GRAPH = encodeFullGraph(createFrame(2), {
  count: 1,
  sources: Uint32Array.of(0),
  targets: Uint32Array.of(1),
  weights: Float32Array.of(2),
});

Deno.test("a topology is a V4 FullGraph of a generation, counted as it arrives", async () => {
  const { rest, asked } = clientThat(() => new Response(GRAPH, { headers: { "Orrery-Generation": "7" } }));
  const progress: number[] = [], answer = await rest.topology((done) => progress.push(done));
  assert.ok(answer.ok);
  const { generation, nodes, edges } = answer.value;
  assert.deepEqual([generation, [...nodes.ids], [...edges.targets]], [7, [0, 1], [1]]);
  assert.equal(progress.at(-1), GRAPH.length);
  assert.equal(asked[0].url, "http://h/api/graph/topology");
});

Deno.test("a topology without a generation, of another message or cut short is a sentence", async () => {
  const headers = { "Orrery-Generation": "7" };
  const answers: readonly (readonly [Response, RegExp])[] = [
    [new Response(GRAPH), /topology is not understood: expected a graph of a generation, found fullGraph of null/],
    [new Response(encodeHeartbeat(1, { reply: true }), { headers }), /found heartbeat of 7/],
    [new Response(GRAPH.subarray(0, 60), { headers }), /not understood: v4: expected/],
  ];
  for (const [response, sentence] of answers) {
    const answer = await clientThat(() => response).rest.topology(() => {});
    assert.ok(!answer.ok && answer.error.code === "shape");
    assert.match(answer.error.message, sentence);
  }
});
