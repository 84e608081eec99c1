import assert from "node:assert/strict";
import { parseClientText, parseServerEvent } from "../../../protocol/graph/events.ts";
import { RESUME_REASONS, resumeAsked, withResume } from "../../../protocol/graph/resume.ts";

Deno.test("[RES-4] what a client comes back with travels in the query, and is read from it", () => {
  const asked = { token: "3.0.a-b_c", sequence: 12 };
  const address = withResume("ws://host/ws?token=jwt&rate=5", asked);
  assert.equal(address, "ws://host/ws?token=jwt&rate=5&resume=3.0.a-b_c&seq=12");
  assert.deepEqual(resumeAsked(new URL(address).searchParams), asked);
  assert.equal(resumeAsked(new URLSearchParams("token=jwt&seq=1")), undefined);
  assert.deepEqual(resumeAsked(new URLSearchParams("resume=x")), { token: "x", sequence: NaN });
});

Deno.test("[RES-1] a subscription says whether its client may come back", () => {
  const subscribe = (resume: unknown) =>
    parseClientText(JSON.stringify({ type: "subscribe", data: { channels: [], resume } }));
  assert.deepEqual(subscribe(true), { type: "subscribe", channels: [], mayReturn: true });
  for (const other of [undefined, false, "true", 1]) {
    assert.deepEqual(subscribe(other), { type: "subscribe", channels: [] });
  }
});

Deno.test("[RES-2] [RES-6] the server says what comes of a connection, and numbers what it says", () => {
  const told = (data: unknown, seq?: unknown) => parseServerEvent(JSON.stringify({ type: "resume", data, seq }));
  assert.deepEqual(told({ resumed: true, token: "t" })?.data, { resumed: true, token: "t" });
  assert.deepEqual(told({ resumed: false, token: "t" })?.data, { resumed: false, token: "t" });
  for (const reason of RESUME_REASONS) {
    assert.deepEqual(told({ resumed: false, reason })?.data, { resumed: false, reason });
  }
  for (const wrong of [{}, { resumed: true }, { reason: "weather" }, { token: 1 }]) {
    assert.equal(told(wrong), undefined);
  }
  const released = (seq: unknown) => parseServerEvent(JSON.stringify({ type: "pins", data: { ids: [] }, seq }));
  assert.equal(released(7)?.seq, 7);
  assert.deepEqual(released("7"), { type: "pins", data: { ids: [] } });
});
