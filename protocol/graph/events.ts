/**
 * Text messages beside the binary dialects: `{"type", "data"}`.
 *
 * A socket that has sent no text receives none. A client that wants events asks for them:
 * `{"type":"subscribe","data":{"channels":["status","pins","selections","layout"]}}`.
 * What is said of people is in `presence.ts`.
 */
import {
  isIdArray,
  isObject,
  isStringArray,
  type JsonObject,
  optionalNumber,
  optionalString,
  parseObject,
} from "../json.ts";
import {
  parseParticipantNodes,
  parsePresence,
  parsePresenceEvent,
  type ParticipantNode,
  type PresenceEvent,
  type PresenceMessage,
} from "./presence.ts";
import { parseResumeEvent, type ResumeEvent } from "./resume.ts";
import { checkFilter, type NodeFilter } from "./v4/filter.ts";

export const EVENT_CHANNELS = ["status", "pins", "selections", "layout", "participants", "cameras", "holds"] as const;
export type EventChannel = typeof EVENT_CHANNELS[number];

const STATES = ["preparing", "moving", "paused", "settled", "failed"] as const;

/** What the simulation is doing, for people: sent on every change and once a second while it moves. */
export interface StatusData {
  readonly state: typeof STATES[number];
  /** The stage while preparing, the reason when settled, the message when failed. */
  readonly detail?: string;
  readonly done?: number;
  readonly total?: number;
  /** Of the graph: grows with every change. Absent from servers whose graphs do not change. */
  readonly generation?: number;
  readonly engine: "webgpu" | "cpu";
  readonly engineDetail: string;
  /** Why this engine and not another, in a sentence. */
  readonly engineReason?: string;
  readonly step: number;
  readonly alpha: number;
  readonly stepMs: number;
  readonly stepsPerSecond: number;
  /** Frames per second this socket is offered at present: less than asked for while it cannot keep up. */
  readonly rateHz: number;
  readonly askedHz: number;
  /** The number of the reader's own connection. */
  readonly participant: number;
  /** Sockets that watch this graph, the reader's own included. */
  readonly watchers: number;
}

export type Selection = ParticipantNode;

/** Who changed the layout's parameters, and what. */
export interface LayoutChange {
  readonly user: string;
  /** The connection that the change was made beside, where its author named one. */
  readonly participant?: number;
  /** The preset that was chosen, else the parameters that changed. */
  readonly preset?: string;
  readonly names?: readonly string[];
}

export interface LayoutData {
  /** Every parameter by name; replaces what was known. */
  readonly values: Readonly<Record<string, number>>;
  /** The preset whose values these are; absent where they are nobody's. */
  readonly preset?: string;
  /** Absent in the answer to a subscription. */
  readonly change?: LayoutChange;
}

/** Numbered where it is one that replaces nothing, and the client may come back. */
export type ServerEvent = EventBody & { readonly seq?: number };

type EventBody =
  | { readonly type: "status"; readonly data: StatusData }
  /** All pinned nodes by wire id; replaces what was known. */
  | { readonly type: "pins"; readonly data: { readonly ids: readonly number[] } }
  /** What every participant has selected, the reader included; replaces what was known. */
  | { readonly type: "selections"; readonly data: { readonly selections: readonly Selection[] } }
  /** The parameters of the layout; replaces what was known. */
  | { readonly type: "layout"; readonly data: LayoutData }
  | PresenceEvent
  | ResumeEvent
  /** What this socket sees from now on, and how many nodes that are. */
  | { readonly type: "filter"; readonly data: { readonly filter: NodeFilter; readonly nodes: number } }
  /** The server stops, and the connection with it. */
  | { readonly type: "shutdown"; readonly data: ShutdownData }
  | { readonly type: "error"; readonly data: ErrorData };

export interface ShutdownData {
  /** A sentence. */
  readonly message: string;
  /** Seconds after which to come back. */
  readonly retry_after: number;
}

export interface ErrorData {
  readonly code: string;
  readonly message: string;
  /** Seconds after which the same may be asked again. */
  readonly retry_after?: number;
}

export interface Subscribe {
  readonly type: "subscribe";
  readonly channels: readonly EventChannel[];
  /** The client may come back when the connection is lost, and wants to be told what with. */
  readonly mayReturn?: true;
}

/** See less of the graph, or with `{}` all of it again. */
export interface Filter {
  readonly type: "filter";
  readonly filter: NodeFilter;
}

/** Answered by a pong with the same timestamp: `network/heartbeat.ts`. */
export interface Ping {
  readonly type: "ping";
  readonly timestamp: number;
}

export interface Invalid {
  readonly type: "invalid";
  /** A sentence. */
  readonly reason: string;
}

export type ClientText = Subscribe | Filter | Ping | PresenceMessage | Invalid;

function parseStatus(data: unknown): StatusData | undefined {
  if (!isObject(data)) return undefined;
  const state = STATES.find((name) => name === data.state);
  const engine = data.engine === "webgpu" || data.engine === "cpu" ? data.engine : undefined;
  if (state === undefined || engine === undefined) return undefined;
  const number = (key: string) => optionalNumber(data[key]) ?? 0;
  return {
    state,
    detail: optionalString(data.detail),
    done: optionalNumber(data.done),
    total: optionalNumber(data.total),
    generation: optionalNumber(data.generation),
    engine,
    engineDetail: optionalString(data.engineDetail) ?? "",
    engineReason: optionalString(data.engineReason),
    step: number("step"),
    alpha: number("alpha"),
    stepMs: number("stepMs"),
    stepsPerSecond: number("stepsPerSecond"),
    rateHz: number("rateHz"),
    askedHz: number("askedHz"),
    participant: number("participant"),
    watchers: number("watchers"),
  };
}

function parseLayout(data: Readonly<Record<string, unknown>>): LayoutData | undefined {
  if (!isObject(data.values)) return undefined;
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(data.values)) if (typeof value === "number") values[name] = value;
  const change = isObject(data.change) ? parseChange(data.change) : undefined;
  return { values, preset: optionalString(data.preset), change };
}

function parseChange({ user, participant, preset, names }: Readonly<Record<string, unknown>>) {
  if (typeof user !== "string") return undefined;
  return {
    user,
    participant: optionalNumber(participant),
    preset: optionalString(preset),
    names: isStringArray(names) ? names : undefined,
  };
}

/** What a server text says; `undefined` for anything this version does not know, which a client ignores. */
export function parseServerEvent(text: string): ServerEvent | undefined {
  const message = parseObject(text), data = message?.data;
  const body = message !== undefined && isObject(data) ? parseBody(message.type, data) : undefined;
  const seq = optionalNumber(message?.seq);
  return body && (seq === undefined ? body : { ...body, seq });
}

function parseBody(type: unknown, data: JsonObject): EventBody | undefined {
  switch (type) {
    case "status": {
      const status = parseStatus(data);
      return status && { type: "status", data: status };
    }
    case "pins":
      return isIdArray(data.ids) ? { type: "pins", data: { ids: data.ids } } : undefined;
    case "selections": {
      const selections = parseParticipantNodes(data.selections);
      return selections && { type: "selections", data: { selections } };
    }
    case "layout": {
      const layout = parseLayout(data);
      return layout && { type: "layout", data: layout };
    }
    case "error": {
      const { code, message } = data, retry_after = optionalNumber(data.retry_after);
      if (typeof code !== "string" || typeof message !== "string") return undefined;
      return { type: "error", data: { code, message, ...(retry_after !== undefined && { retry_after }) } };
    }
    case "resume":
      return parseResumeEvent(data);
    case "shutdown": {
      const { message } = data, retry_after = optionalNumber(data.retry_after);
      if (typeof message !== "string" || retry_after === undefined || retry_after < 0) return undefined;
      return { type: "shutdown", data: { message, retry_after } };
    }
    case "filter": {
      const checked = checkFilter(data.filter), nodes = optionalNumber(data.nodes);
      return "filter" in checked && nodes !== undefined
        ? { type: "filter", data: { filter: checked.filter, nodes } }
        : undefined;
    }
    default:
      return parsePresenceEvent(type, data);
  }
}

/** What a client text asks, or a sentence that says what is wrong with it. */
export function parseClientText(text: string): ClientText {
  const message = parseObject(text);
  if (message === undefined) return { type: "invalid", reason: 'Expected a JSON object {"type","data"}.' };
  switch (message.type) {
    case "subscribe":
      return parseSubscribe(message.data);
    case "filter": {
      const checked = checkFilter(message.data);
      if ("expected" in checked) return { type: "invalid", reason: `filter: expected ${checked.expected}.` };
      return { type: "filter", filter: checked.filter };
    }
    case "ping": {
      const timestamp = optionalNumber(message.timestamp);
      if (timestamp === undefined) return { type: "invalid", reason: "ping needs timestamp, a number." };
      return { type: "ping", timestamp };
    }
    case "introduce":
    case "camera": {
      const presence = parsePresence(message.type, message.data);
      return typeof presence === "string" ? { type: "invalid", reason: presence } : presence;
    }
    default:
      return {
        type: "invalid",
        reason: 'Unknown message type; known: "subscribe", "filter", "ping", "introduce", "camera".',
      };
  }
}

function parseSubscribe(data: unknown): Subscribe | Invalid {
  if (!isObject(data) || !isStringArray(data.channels)) {
    return { type: "invalid", reason: "subscribe needs data.channels, a list of names." };
  }
  const names = data.channels;
  const channels = EVENT_CHANNELS.filter((name) => names.includes(name));
  if (names.some((name) => !EVENT_CHANNELS.some((channel) => channel === name))) {
    return { type: "invalid", reason: `Unknown channel; known: ${EVENT_CHANNELS.join(", ")}.` };
  }
  return { type: "subscribe", channels, ...(data.resume === true && { mayReturn: true }) };
}
