import assert from "node:assert/strict";
import { parseServerEvent } from "../../../protocol/graph/events.ts";
import { LIMITS } from "../../../server/limits.ts";
import { Backlog } from "../../../server/resume/backlog.ts";

const error = (message: string) => ({ type: "error", data: { code: "limit", message } }) as const;

const messages = (texts: readonly string[] | undefined) =>
  texts?.map((text) => {
    const event = parseServerEvent(text);
    return event?.type === "error" ? `${event.seq} ${event.data.message}` : undefined;
  });

Deno.test("[RES-2] events are numbered from 1, and said again from any of them on", () => {
  const backlog = new Backlog();
  assert.deepEqual(backlog.after(0), []);
  assert.deepEqual(messages(["a", "b", "c"].map((word) => backlog.add(error(word)))), ["1 a", "2 b", "3 c"]);
  assert.deepEqual(messages(backlog.after(0)), ["1 a", "2 b", "3 c"]);
  assert.deepEqual(messages(backlog.after(2)), ["3 c"]);
  assert.equal(backlog.after(1), undefined, "what was heard is not kept");
  assert.deepEqual(messages(backlog.after(3)), []);
  for (const odd of [4, -1, 2.5, NaN, Infinity]) assert.equal(backlog.after(odd), undefined, `${odd}`);
  backlog.add(error("d"));
  assert.deepEqual(messages(backlog.after(3)), ["4 d"]);
});

Deno.test("[RES-8] of very many events the newest are kept", () => {
  const most = LIMITS.keptEvents.value, backlog = new Backlog();
  for (let added = 0; added < most + 3; added++) backlog.add(error("x"));
  assert.equal(backlog.after(2), undefined);
  const kept = messages(backlog.after(3));
  assert.deepEqual([kept?.length, kept?.[0], kept?.at(-1)], [most, "4 x", `${most + 3} x`]);
});

Deno.test("[RES-8] of very long events as many are kept as fit, in bytes of UTF-8", () => {
  const backlog = new Backlog(), long = "é".repeat(LIMITS.keptEventBytes.value / 8);
  for (let added = 0; added < 10; added++) backlog.add(error(long));
  assert.equal(backlog.after(6), undefined);
  const kept = backlog.after(7);
  assert.equal(kept?.length, 3);
  assert.ok(new TextEncoder().encode(kept.join("")).length <= LIMITS.keptEventBytes.value);
});
