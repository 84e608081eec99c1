/** What a client says to the realtime service. */
import type { Fields, JsonValue } from "../fields.ts";
import {
  CLIENT_MESSAGE_MAX_BYTES,
  type Custom,
  encodeMessage,
  type MessageBase,
  type Parsed,
  parseMessage,
  type Ping,
  type Pong,
  readName,
  readShared,
  refuseType,
  TOPICS_MAX,
} from "./message.ts";
import { isTopic, isTopicPattern } from "./topic.ts";

export interface Subscribe extends MessageBase {
  readonly type: "Subscribe" | "Unsubscribe";
  /** Patterns. */
  readonly data: { readonly topics: readonly string[] };
}

export interface BroadcastRequest extends MessageBase {
  readonly type: "Broadcast";
  readonly data: { readonly topic: string; readonly payload: JsonValue };
}

export interface DirectMessageRequest extends MessageBase {
  readonly type: "DirectMessage";
  readonly data: { readonly target_user: string; readonly payload: JsonValue };
}

/** A new token for this connection, in place of reconnecting; not in the source document. */
export interface RefreshRequest extends MessageBase {
  readonly type: "AuthStatus";
  readonly data: { readonly status: "refresh"; readonly token: string };
}

export type ClientMessage = Ping | Pong | Subscribe | BroadcastRequest | DirectMessageRequest | RefreshRequest | Custom;

export const CLIENT_TYPES = [
  "Ping",
  "Pong",
  "Subscribe",
  "Unsubscribe",
  "Broadcast",
  "DirectMessage",
  "AuthStatus",
] as const;

const TOKEN_MAX_LENGTH = 8192;

export function readTopic(fields: Fields, key: string): string {
  return fields.textLike(key, isTopic, { expected: "a topic such as chat.general" });
}

/** 1 to 100 patterns; a list of none is refused, since it asks for nothing. */
export function readPatterns(fields: Fields, key: string): string[] {
  const expected = "a topic or a pattern such as chat.*";
  const read = (items: Fields, item: string) => items.textLike(item, isTopicPattern, { expected });
  const patterns = fields.list(key, read, { max: TOPICS_MAX });
  return patterns.length > 0 ? patterns : fields.fail(key, `a list of 1 to ${TOPICS_MAX}`);
}

function readBody(type: string, message: Fields): ClientMessage {
  const shared = readShared(type, message);
  if (shared !== undefined) return shared;
  const data = () => message.object("data");
  switch (type) {
    case "Subscribe":
    case "Unsubscribe":
      return { type, data: { topics: readPatterns(data(), "topics") } };
    case "Broadcast":
      return { type, data: { topic: readTopic(data(), "topic"), payload: data().value("payload") } };
    case "DirectMessage":
      return { type, data: { target_user: readName(data(), "target_user"), payload: data().value("payload") } };
    case "AuthStatus": {
      const status = data().oneOf("status", ["refresh"] as const);
      return { type, data: { status, token: data().text("token", { min: 1, max: TOKEN_MAX_LENGTH }) } };
    }
    default:
      return refuseType(message, CLIENT_TYPES);
  }
}

/** Reads what a client sent; fields that no rule names are ignored. */
export function parseClientMessage(text: string): Parsed<ClientMessage> {
  return parseMessage(text, readBody, { maxBytes: CLIENT_MESSAGE_MAX_BYTES });
}

/** @throws {RangeError} when the message is longer than a server takes. */
export function encodeClientMessage(message: ClientMessage): string {
  return encodeMessage(message, { maxBytes: CLIENT_MESSAGE_MAX_BYTES });
}
