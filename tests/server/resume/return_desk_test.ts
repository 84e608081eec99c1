import assert from "node:assert/strict";
import { Backlog } from "../../../server/resume/backlog.ts";
import { type Resumable, ReturnDesk } from "../../../server/resume/return_desk.ts";

const KEY = new Uint8Array(32).fill(7), HERE = { account: 1, dialect: "v4", path: "/ws" };

function desk({ key = KEY, asks = true } = {}) {
  const backlog = asks ? new Backlog() : undefined;
  const sessions: Resumable[] = [];
  const session = { options: { participant: 3, ...HERE }, line: { backlog } };
  sessions.push({ options: { participant: 2, ...HERE, account: 9 }, line: { backlog: new Backlog() } }, session);
  const returns = new ReturnDesk<Resumable>({
    key,
    find: (participant) => sessions.find(({ options }) => options.participant === participant),
  });
  const token = returns.tokenOf(session, backlog ?? new Backlog());
  const claim = (asked: { token?: string; sequence?: number }, who = HERE) => {
    const claimed = returns.claim({ token, sequence: 0, ...asked }, who);
    return "reason" in claimed ? claimed.reason : claimed.session.options.participant;
  };
  return { returns, sessions, session, token, claim };
}

Deno.test("[RES-5] a token is good once; the next one is another", () => {
  const { returns, session, token, claim } = desk();
  assert.equal(claim({}), 3);
  const next = returns.tokenOf(session, session.line.backlog ?? assert.fail());
  assert.notEqual(next, token);
  assert.equal(claim({}), "used");
  assert.equal(claim({ token: next }), 3);
  assert.deepEqual([returns.resumed, [...returns.refused]], [2, [["used", 1]]]);
});

Deno.test("[RES-5] a token is good for its account, its address and its dialect alone", () => {
  const { claim } = desk();
  assert.equal(claim({}, { ...HERE, account: 2 }), "account");
  assert.equal(claim({}, { ...HERE, dialect: "q1" }), "dialect");
  assert.equal(claim({}, { ...HERE, path: "/ws/positions" }), "dialect");
  assert.equal(claim({}), 3, "none of them has used it up");
});

Deno.test("[RES-5] [RES-10] a token that somebody made up, or another server has told, is unknown", () => {
  const { token, claim } = desk(), other = desk({ key: new Uint8Array(32).fill(8) });
  const [participant, resumptions, mac] = token.split(".");
  const made = [
    ...["", "3", "3.0", "3.0.", `2.${resumptions}.${mac}`, `${participant}.1.${mac}`, `0${token}`, `${token}A`],
    ...[`${participant}.${resumptions}.${"A".repeat(22)}`, `${participant}.${resumptions}.${mac.slice(1)}`],
    other.token,
  ];
  for (const wrong of made) assert.equal(claim({ token: wrong }), "unknown", wrong);
  assert.match(token, /^3\.0\.[\w-]{22}$/);
});

Deno.test("[RES-6] a session that has ended, or whose client has not asked, is expired; one without the events is ended", () => {
  const { returns, sessions, session, token, claim } = desk();
  session.line.backlog?.add({ type: "error", data: { code: "limit", message: "" } });
  assert.equal(claim({ sequence: NaN }), "sequence");
  const claimed = returns.claim({ token, sequence: 2 }, HERE);
  assert.deepEqual(claimed, { reason: "sequence", lost: session });
  sessions.pop();
  assert.equal(claim({}), "expired");
  assert.equal(desk({ asks: false }).claim({}), "expired");
});
