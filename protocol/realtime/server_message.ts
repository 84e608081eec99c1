/** What the realtime service says to a client. */
import type { Fields, JsonRecord, JsonValue } from "../fields.ts";
import { readPatterns, readTopic } from "./client_message.ts";
import { ENVELOPE_TYPES, type EnvelopeType } from "./envelope.ts";
import {
  type Custom,
  encodeMessage,
  ERROR_CODES,
  type ErrorMessage,
  type MessageBase,
  type Parsed,
  parseMessage,
  type Ping,
  type Pong,
  readName,
  readNames,
  readProse,
  readShared,
  refuseType,
  SERVER_MESSAGE_MAX_BYTES,
} from "./message.ts";

export type StatusData =
  | {
    readonly status: "connected";
    readonly details: {
      readonly connection_id: string;
      readonly server_time: number;
      readonly protocol_version: string;
      readonly features: readonly string[];
    };
  }
  | {
    readonly status: "subscribed" | "unsubscribed";
    readonly details: { readonly topics: readonly string[]; readonly active_subscriptions: number };
  }
  | {
    readonly status: "binary_received";
    /** Of the payload, as the checksum is. */
    readonly details: { readonly size: number; readonly type: EnvelopeType; readonly checksum: string };
  };

export interface Status extends MessageBase {
  readonly type: "Status";
  readonly data: StatusData;
}

export interface Delivery {
  readonly sent_at: number;
  readonly message_id: string;
}

export interface BroadcastDelivery extends MessageBase {
  readonly type: "Broadcast";
  readonly data: { readonly topic: string; readonly payload: JsonValue; readonly metadata: Delivery };
}

export interface DirectMessageDelivery extends MessageBase {
  readonly type: "DirectMessage";
  readonly data: { readonly from_user: string; readonly payload: JsonValue; readonly metadata: Delivery };
}

export const NOTIFICATION_LEVELS = ["info", "success", "warning", "error"] as const;

export interface Notification extends MessageBase {
  readonly type: "Notification";
  readonly data: {
    readonly level: typeof NOTIFICATION_LEVELS[number];
    readonly title: string;
    readonly message: string;
    readonly actions?: readonly { readonly label: string; readonly url: string }[];
  };
}

export interface Presence extends MessageBase {
  readonly type: "Presence";
  readonly data: {
    readonly user_id: string;
    readonly status: "online" | "offline";
    readonly last_seen: number;
    readonly metadata?: JsonRecord;
  };
}

/** `delivered` answers a message, the others the request of that name; `accepted` anything else. */
export const ACK_STATUSES = ["delivered", "subscribed", "unsubscribed", "accepted"] as const;

export interface Ack extends MessageBase {
  readonly type: "Ack";
  readonly data: {
    readonly message_id: string;
    readonly status: typeof ACK_STATUSES[number];
    /** Connections that a broadcast went to. */
    readonly recipients?: number;
    /** Connections of the user that a direct message went to. */
    readonly delivered_to?: readonly string[];
  };
}

export interface AuthStatus extends MessageBase {
  readonly type: "AuthStatus";
  readonly data: {
    readonly status: "token_expiring" | "token_refreshed";
    readonly expires_at: number;
    readonly refresh_required: boolean;
  };
}

export type ServerMessage =
  | Ping
  | Pong
  | Status
  | BroadcastDelivery
  | DirectMessageDelivery
  | Notification
  | Presence
  | Ack
  | ErrorMessage
  | AuthStatus
  | Custom;

export const SERVER_TYPES = [
  "Ping",
  "Pong",
  "Status",
  "Broadcast",
  "DirectMessage",
  "Notification",
  "Presence",
  "Ack",
  "Error",
  "AuthStatus",
] as const;

const LABEL_MAX_LENGTH = 200;
const URL_MAX_LENGTH = 2048;
const ACTIONS_MAX = 8;

function isChecksum(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Nothing but the web: a link is opened by whoever reads the notification. */
function isWebUrl(text: string): boolean {
  return text.length <= URL_MAX_LENGTH && /^https?:\/\/[^\s]+$/.test(text);
}

function readStatus(data: Fields): StatusData {
  const status = data.oneOf("status", ["connected", "subscribed", "unsubscribed", "binary_received"] as const);
  const details = data.object("details");
  switch (status) {
    case "connected":
      return {
        status,
        details: {
          connection_id: readName(details, "connection_id"),
          server_time: details.number("server_time"),
          protocol_version: readName(details, "protocol_version"),
          features: readNames(details, "features"),
        },
      };
    case "binary_received":
      return {
        status,
        details: {
          size: details.count("size"),
          type: details.oneOf("type", ENVELOPE_TYPES),
          checksum: details.textLike("checksum", isChecksum, { expected: "sha256: and 64 hexadecimal digits" }),
        },
      };
    default: {
      const topics = readPatterns(details, "topics");
      return { status, details: { topics, active_subscriptions: details.count("active_subscriptions") } };
    }
  }
}

function readDelivery(data: Fields): { payload: JsonValue; metadata: Delivery } {
  const metadata = data.object("metadata");
  return {
    payload: data.value("payload"),
    metadata: { sent_at: metadata.number("sent_at"), message_id: readName(metadata, "message_id") },
  };
}

function readNotification(data: Fields): Notification["data"] {
  const label = (action: Fields) => action.text("label", { min: 1, max: LABEL_MAX_LENGTH });
  const url = (action: Fields) => action.textLike("url", isWebUrl, { expected: "a URL of http or https" });
  const readAction = (items: Fields, key: string) => {
    const action = items.object(key);
    return { label: label(action), url: url(action) };
  };
  return {
    level: data.oneOf("level", NOTIFICATION_LEVELS),
    title: data.text("title", { max: LABEL_MAX_LENGTH }),
    message: readProse(data, "message"),
    actions: data.optional("actions", (key) => data.list(key, readAction, { max: ACTIONS_MAX })),
  };
}

function readPresence(data: Fields): Presence["data"] {
  return {
    user_id: readName(data, "user_id"),
    status: data.oneOf("status", ["online", "offline"] as const),
    last_seen: data.number("last_seen"),
    metadata: data.optional("metadata", (key) => data.object(key).record),
  };
}

function readAck(data: Fields): Ack["data"] {
  return {
    message_id: readName(data, "message_id"),
    status: data.oneOf("status", ACK_STATUSES),
    recipients: data.optional("recipients", (key) => data.count(key)),
    delivered_to: data.optional("delivered_to", (key) => readNames(data, key)),
  };
}

function readError(data: Fields): ErrorMessage["data"] {
  return {
    code: data.oneOf("code", ERROR_CODES),
    message: readProse(data, "message"),
    details: data.optional("details", (key) => data.object(key).record),
  };
}

function readAuthStatus(data: Fields): AuthStatus["data"] {
  return {
    status: data.oneOf("status", ["token_expiring", "token_refreshed"] as const),
    expires_at: data.number("expires_at"),
    refresh_required: data.flag("refresh_required"),
  };
}

function readBody(type: string, message: Fields): ServerMessage {
  const shared = readShared(type, message);
  if (shared !== undefined) return shared;
  const data = () => message.object("data");
  switch (type) {
    case "Status":
      return { type, data: readStatus(data()) };
    case "Broadcast":
      return { type, data: { topic: readTopic(data(), "topic"), ...readDelivery(data()) } };
    case "DirectMessage":
      return { type, data: { from_user: readName(data(), "from_user"), ...readDelivery(data()) } };
    case "Notification":
      return { type, data: readNotification(data()) };
    case "Presence":
      return { type, data: readPresence(data()) };
    case "Ack":
      return { type, data: readAck(data()) };
    case "Error":
      return { type, data: readError(data()) };
    case "AuthStatus":
      return { type, data: readAuthStatus(data()) };
    default:
      return refuseType(message, SERVER_TYPES);
  }
}

/** Reads what the server sent; a client ignores what is not ok. */
export function parseServerMessage(text: string): Parsed<ServerMessage> {
  return parseMessage(text, readBody, { maxBytes: SERVER_MESSAGE_MAX_BYTES });
}

/** @throws {RangeError} when the message is longer than a client takes. */
export function encodeServerMessage(message: ServerMessage): string {
  return encodeMessage(message, { maxBytes: SERVER_MESSAGE_MAX_BYTES });
}
