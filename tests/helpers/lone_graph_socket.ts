/** A graph socket of the client library over sockets that do what they are told. */
import { createFrame } from "../../protocol/frame.ts";
import { encodeFullGraph } from "../../protocol/graph/v4.ts";
import type { GraphEvents } from "../../web/connection/graph_events.ts";
import type { ConnectionState, ProbeResult } from "../../web/connection/connection_state.ts";
import { GraphSocket } from "../../web/connection/graph_socket.ts";
import type { GraphSocketOptions } from "../../web/connection/graph_socket_options.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeRawSocket } from "./fake_raw_socket.ts";

/** A graph socket, and those that it has opened, the newest last. What is not said otherwise lets it come back. */
export function openLone(options: Partial<GraphSocketOptions> = {}) {
  const clock = new FakeClock(), sockets: FakeRawSocket[] = [];
  const socket = new GraphSocket({
    url: () => "ws://127.0.0.1/ws?token=t",
    openSocket: (url, subprotocols, listeners) => {
      const raw = new FakeRawSocket(url, subprotocols, listeners);
      sockets.push(raw);
      return raw;
    },
    clock,
    random: () => 1,
    probe: () => Promise.resolve({ kind: "welcome" }),
    isVisible: () => true,
    on: {},
    ...options,
  });
  return { clock, sockets, socket };
}

export function setUpSocket(
  { probe = { kind: "welcome" }, on }: { probe?: ProbeResult; on?: Partial<GraphEvents> } = {},
) {
  const states: ConnectionState[] = [];
  const log = { events: [] as unknown[], frames: 0, graphs: 0, signedOut: "", problems: [] as string[] };
  const page = { visible: true, probe, probes: 0 };
  const { clock, sockets, socket } = openLone({
    probe: () => {
      page.probes++;
      return Promise.resolve(page.probe);
    },
    isVisible: () => page.visible,
    on: {
      state: (state) => states.push(state),
      graph: () => log.graphs++,
      frame: () => log.frames++,
      status: (status) => log.events.push(status),
      pins: (ids) => log.events.push(ids),
      signedOut: (reason) => log.signedOut = reason,
      problem: (sentence) => log.problems.push(sentence),
      ...on,
    },
  });
  const last = () => sockets[sockets.length - 1];
  const openOne = () => {
    last().listeners.open("orrery.v4");
    return last();
  };
  return { clock, sockets, states, log, page, socket, last, openOne, state: () => states[states.length - 1] };
}

const NO_EDGES = { count: 0, sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float32Array() };
/** The message of a graph without edges. */
export const graphOf = (count: number) => encodeFullGraph(createFrame(count), NO_EDGES).buffer;

/** Lets the promise of a probe be heard. */
export const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
