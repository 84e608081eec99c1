/** What a graph socket tells, by name and type. */
import type { NodeFrame } from "../../protocol/frame.ts";
import {
  type ErrorData,
  EVENT_CHANNELS,
  type EventChannel,
  type LayoutData,
  type Selection,
  type ServerEvent,
  type StatusData,
} from "../../protocol/graph/events.ts";
import type {
  ParticipantCamera,
  ParticipantNode,
  ParticipantsData,
  ReleasedData,
} from "../../protocol/graph/presence.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { EdgeColumns, NodeFilter } from "./dialect.ts";

/** A listener that is absent is not asked for: a channel nobody listens to is not subscribed. */
export interface GraphEvents {
  /** The link itself: connecting, live, waiting for the next try, refused, ended. */
  state(state: ConnectionState): void;
  /**
   * The whole graph: once per V4 connection, and again when it changes. Over Q1 it is had by REST. With a filter, over
   * either, the part of it that passes.
   */
  graph(nodes: NodeFrame, edges: EdgeColumns): void;
  /** Positions of a V4 connection, undecoded: whoever shows them decodes them with `dialect.readPositions`. */
  frame(bytes: Uint8Array): void;
  /**
   * Positions of a Q1 connection, decoded, and how long the message was; a view until the next. More come when
   * `GraphSocket.shown` is called.
   */
  positions(frame: NodeFrame, messageBytes: number): void;
  /** What the simulation does. */
  status(status: StatusData): void;
  /** All pinned nodes by wire id; replaces what was known. */
  pins(ids: readonly number[]): void;
  /** What everybody has selected, oneself included; replaces what was known. */
  selections(selections: readonly Selection[]): void;
  /** The layout's parameters, and who has just changed which. */
  layout(layout: LayoutData): void;
  /** Who is there, oneself included; replaces what was known. */
  participants(participants: ParticipantsData): void;
  /** Where the others look; replaces what was known. */
  cameras(cameras: readonly ParticipantCamera[]): void;
  /** Which nodes are in whose hand, one's own included; replaces what was known. */
  holds(holds: readonly ParticipantNode[]): void;
  /** A node is no longer in our hand, and not by our doing. */
  released(released: ReleasedData): void;
  /** A filter is in force, and so many nodes pass it. */
  filter(filter: NodeFilter, nodes: number): void;
  /** The server refused a message of ours, and says why, and where that helps after how many seconds to try again. */
  error(error: ErrorData): void;
  /** The token is not, or no longer, good for this server; nothing is retried. */
  signedOut(reason: string): void;
  /** A message of the server could not be read. */
  problem(sentence: string): void;
}

/** The channels to subscribe for these listeners, in the order of the protocol. */
export function channelsOf(on: Partial<GraphEvents>): EventChannel[] {
  return EVENT_CHANNELS.filter((channel) => on[channel] !== undefined);
}

/** Hands a text event to its listener. */
export function tellEvent(on: Partial<GraphEvents>, event: ServerEvent): void {
  switch (event.type) {
    case "status":
      return on.status?.(event.data);
    case "pins":
      return on.pins?.(event.data.ids);
    case "selections":
      return on.selections?.(event.data.selections);
    case "layout":
      return on.layout?.(event.data);
    case "participants":
      return on.participants?.(event.data);
    case "cameras":
      return on.cameras?.(event.data.cameras);
    case "holds":
      return on.holds?.(event.data.holds);
    case "released":
      return on.released?.(event.data);
    case "filter":
      return on.filter?.(event.data.filter, event.data.nodes);
    case "error":
      return on.error?.(event.data);
  }
}
