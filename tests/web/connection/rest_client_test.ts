import assert from "node:assert/strict";
import { RestClient } from "../../../web/connection/rest_client.ts";

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
  const labels = { generation: 1, labels: ["a", "ü"], typeNames: ["t"], types: [0, 0], degrees: [1, 1] };
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
