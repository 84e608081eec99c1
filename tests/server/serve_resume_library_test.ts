/** The client library comes back over real sockets, on both transports. */
import assert from "node:assert/strict";
import { CutLink } from "../helpers/cut_link.ts";
import { eachTransport, eventOf } from "../helpers/each_transport.ts";
import { named, subscribe } from "../helpers/lossy.ts";
import { SocketClient } from "../helpers/socket_client.ts";
import { type GraphEvents, GraphSocket, openBrowserSocket, systemClock } from "../../web/connection/mod.ts";

/** A client library whose first try after a loss comes at once. */
function openLibrary(url: string, on: Partial<GraphEvents>): GraphSocket {
  return new GraphSocket({
    url: () => url,
    openSocket: openBrowserSocket,
    clock: systemClock,
    random: () => 0,
    probe: () => Promise.resolve({ kind: "welcome" }),
    isVisible: () => true,
    dialects: ["q1", "v4"],
    on,
  });
}

eachTransport(
  "[RES-4] [EV-9] the client library comes back by itself, with its hand still on the node",
  async (server) => {
    const link = new CutLink(server.ports.graph), token = await server.token("editor");
    const watcher = await SocketClient.connect(`${server.ws}?token=${await server.token("viewer")}&rate=1`);
    subscribe(watcher, ["participants", "holds", "pins"]);
    const states: string[] = [], participants: number[] = [], released: string[] = [];
    let wake = () => {};
    const until = async (check: () => boolean) => {
      while (!check()) await new Promise<void>((resolve) => wake = resolve);
    };
    const socket = openLibrary(link.by(`${server.ws}?token=${token}`), {
      state: ({ kind }) => {
        if (states.at(-1) !== kind) states.push(kind);
      },
      status: ({ participant }) => {
        participants.push(participant);
        wake();
      },
      released: ({ reason }) => released.push(reason),
    });
    socket.connect();
    await until(() => participants.length > 0);
    socket.introduce({ name: "Ada" });
    socket.drag({ id: 7, phase: "start", x: 1, y: 0, z: 0 });
    const holders: string[] = [];
    const heldBy = (message: Uint8Array | string) => {
      const told = eventOf("holds")(message)?.data.holds.map(({ id, participant }) => `${id}:${participant}`).join();
      if (told !== undefined && told !== holders.at(-1)) holders.push(told);
      return told;
    };
    await watcher.next((message) => heldBy(message) === "7:2" || undefined);
    const seen = participants.length;
    link.cut();
    await until(() => participants.length > seen && states.at(-1) === "live" && states.includes("waiting"));
    socket.drag({ id: 7, phase: "move", x: 2, y: 0, z: 0 });
    socket.drag({ id: 7, phase: "end", x: 3, y: 0, z: 0 });
    await watcher.next((message) => heldBy(message) === "" || undefined);
    assert.deepEqual(states, ["connecting", "live", "waiting", "connecting", "live"]);
    assert.deepEqual([new Set(participants), released], [new Set([2]), []]);
    assert.deepEqual(holders.filter((held) => held !== ""), ["7:2"], "nobody saw it let go");
    socket.introduce({ name: "Countess" });
    const { participants: people, count } = await watcher.next(named("Countess"));
    assert.deepEqual([count, people.map((one) => one.participant)], [2, [1, 2]]);
    socket.close();
    await watcher.close();
    await link.close();
  },
);
