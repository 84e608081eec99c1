/** A graph socket that is lost and comes back, against a server that the test plays. */
import assert from "node:assert/strict";
import { parseClientText } from "../../../protocol/graph/events.ts";
import { decodeV4, encodeHeartbeat } from "../../../protocol/graph/v4.ts";
import type { ClientDialect } from "../../../web/connection/mod.ts";
import type { FakeRawSocket } from "../../helpers/fake_raw_socket.ts";
import { graphOf, openLone } from "../../helpers/lone_graph_socket.ts";

const GRAPH = graphOf(9);

function setUp(spoken: ClientDialect = "v4") {
  const heard: string[] = [];
  const { clock, sockets, socket } = openLone({
    url: () => "ws://host/ws?token=jwt",
    random: () => 0.5,
    dialects: ["q1", "v4"],
    on: { released: ({ id }) => heard.push(`released ${id}`), error: ({ message }) => heard.push(message) },
  });
  /** What was said over a socket, heartbeats left out. */
  const said = ({ sent }: FakeRawSocket) =>
    sent.flatMap((data) => {
      const message = typeof data === "string" ? parseClientText(data) : decodeV4(data);
      if (message.type === "heartbeat") return [];
      if (message.type === "nodeSelect") return [`select ${message.id}`];
      if (message.type === "nodeDrag") return [`drag ${message.id} ${message.phase} ${message.x}`];
      return [message.type];
    });
  /** Opens the newest socket. */
  const open = () => {
    const raw = sockets[sockets.length - 1];
    raw.listeners.open(`orrery.${spoken}`);
    const tell = (type: string, data: unknown, seq?: number) =>
      raw.listeners.message(JSON.stringify({ type, data, seq }));
    return { raw, tell, said: () => said(raw), lose: () => raw.listeners.close(1006, "") };
  };
  const begin = () => {
    socket.connect();
    const opened = open();
    opened.tell("resume", { resumed: false, token: "3.0.a" });
    return opened;
  };
  /** Loses the newest, waits, and opens the next. */
  const again = (from: { lose(): void }, waitMs = 2_000) => {
    from.lose();
    clock.advance(waitMs);
    return open();
  };
  return { clock, sockets, socket, heard, begin, again };
}

const released = (id: number) => ({ id, reason: "idle" });

Deno.test("[RES-1] [RES-4] a lost connection is gone on with: nothing is said again that the server knows, events are heard once", () => {
  const { socket, sockets, heard, begin, again } = setUp();
  socket.introduce({ name: "Ada" });
  const first = begin();
  assert.deepEqual(first.said(), ["subscribe", "introduce"]);
  assert.match(String(first.raw.sent[0]), /"resume":true/);
  first.tell("released", released(1), 1);
  first.tell("released", released(2), 2);
  const second = again(first);
  assert.equal(sockets[1].url, "ws://host/ws?token=jwt&resume=3.0.a&seq=2");
  assert.deepEqual(second.said(), [], "it waits for what the server says");
  second.tell("resume", { resumed: true, token: "3.1.b" });
  second.tell("released", released(2), 2);
  second.tell("released", released(3), 3);
  assert.deepEqual(heard, ["released 1", "released 2", "released 3"]);
  assert.ok(!second.said().includes("subscribe"));
  again(second);
  assert.equal(sockets[2].url, "ws://host/ws?token=jwt&resume=3.1.b&seq=3");
});

Deno.test("[RES-6] a client that cannot go on begins anew, and says everything again", () => {
  const { socket, sockets, heard, begin, again } = setUp(), first = begin();
  socket.filter({ maxNodes: 3 });
  socket.introduce({ name: "Ada" });
  first.tell("released", released(1), 9);
  const second = again(first);
  second.tell("resume", { resumed: false, reason: "unknown" });
  assert.deepEqual(second.said(), ["subscribe", "filterUpdate", "introduce"]);
  second.tell("released", released(2), 1);
  assert.deepEqual(heard, ["released 1", "released 2"], "numbers begin anew as well");
  const third = again(second);
  assert.equal(sockets[2].url, "ws://host/ws?token=jwt", "there was nothing to come back with yet");
  assert.deepEqual(third.said(), ["subscribe", "filterUpdate", "introduce"]);
});

Deno.test("a server that knows of no resumption has answered a heartbeat before it could say so", () => {
  const { clock, begin, again } = setUp(), second = again(begin());
  assert.deepEqual(second.said(), []);
  second.raw.listeners.message(encodeHeartbeat(clock.now(), { reply: true }).buffer);
  assert.deepEqual(second.said(), ["subscribe"]);
});

for (const spoken of ["v4", "q1"] as const) {
  Deno.test(`what was said while nobody listened is said when the session goes on [${spoken}]`, () => {
    const { socket, begin, again } = setUp(spoken), first = begin();
    first.raw.listeners.message(GRAPH);
    socket.select(4);
    socket.look({ position: [1, 0, 0], target: [0, 0, 0] });
    first.lose();
    socket.select(undefined);
    socket.look(undefined);
    socket.filter({ maxNodes: 3 });
    const second = again({ lose() {} });
    second.tell("resume", { resumed: true, token: "3.1.b" });
    second.raw.listeners.message(GRAPH);
    assert.deepEqual(second.said().sort(), ["camera", "filterUpdate", "select undefined"]);
    assert.match(second.raw.sent.filter((data) => typeof data === "string").join(), /"camera","data":\{\}/);
    second.tell("filter", { filter: { maxNodes: 3 }, nodes: 3 });
    const third = again(second);
    third.tell("resume", { resumed: true, token: "3.2.c" });
    assert.ok(!third.said().includes("filterUpdate"), "the server has said that it is in force");
  });
}

Deno.test("[EV-9] a hand that is back within half a second still holds; one that comes later has let go", () => {
  for (const [waitMs, expected] of [[250, ["drag 5 move 8"]], [600, []]] as const) {
    const { clock, socket, begin, again } = setUp(), first = begin();
    socket.drag({ id: 5, phase: "start", x: 7, y: 0, z: 0 });
    first.lose();
    socket.drag({ id: 5, phase: "move", x: 8, y: 0, z: 0 });
    socket.drag({ id: 6, phase: "start", x: 1, y: 0, z: 0 });
    const second = again({ lose() {} }, waitMs);
    second.tell("resume", { resumed: true, token: "3.1.b" });
    assert.deepEqual(second.said(), expected);
    clock.advance(200);
    assert.deepEqual(second.said().length, 2 * expected.length, "and a hand that rests says so");
  }
});

Deno.test("whoever closes, or connects anew, does not come back", () => {
  for (const leave of ["close", "connect"] as const) {
    const { socket, sockets, begin } = setUp();
    begin();
    socket[leave]();
    socket.connect();
    assert.equal(sockets[0].closed?.code, 1000);
    assert.equal(sockets.at(-1)?.url, "ws://host/ws?token=jwt");
  }
});
