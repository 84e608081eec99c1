/**
 * What all messages of the realtime service share: `{"type", "data", "id"?, "timestamp"?, "metadata"?}`.
 * `client_message.ts` and `server_message.ts` have the types of each direction.
 */
import { exceedsBytes, FieldError, Fields, isRecord, type JsonRecord, type JsonValue, parseJson } from "../fields.ts";

/** Of one message from a client, in UTF-8. */
export const CLIENT_MESSAGE_MAX_BYTES = 65_536;
/** A relayed message may grow when it is written anew: `1e20` becomes 21 digits. */
export const SERVER_MESSAGE_MAX_BYTES = 8 * CLIENT_MESSAGE_MAX_BYTES;
export const MESSAGE_MAX_DEPTH = 64;
export const NAME_MAX_LENGTH = 128;
export const TOPICS_MAX = 100;
const TEXT_MAX_LENGTH = 4096;
const HEADER_MAX_LENGTH = 64;

/** Headers that travel with a message: the known ones are checked, the others passed through as they are. */
export interface Metadata {
  readonly priority?: string;
  /** Seconds that an undelivered message is kept. */
  readonly ttl?: number;
  readonly encryption?: string;
  readonly compression?: string;
  readonly [header: string]: JsonValue | undefined;
}

/** What may stand beside `type` and `data`. */
export interface MessageBase {
  /** Chosen by the client; echoed by whatever answers the message. */
  readonly id?: string;
  /** Milliseconds since 1970 at the sender. */
  readonly timestamp?: number;
  readonly metadata?: Metadata;
}

export interface Ping extends MessageBase {
  readonly type: "Ping";
  readonly data: { readonly timestamp: number };
}

/** Carries the timestamp of the Ping it answers. */
export interface Pong extends MessageBase {
  readonly type: "Pong";
  readonly data: { readonly timestamp: number };
}

export type CustomType = `X-${string}`;

/** A message of somebody's own, in either direction; its data is any JSON. */
export interface Custom extends MessageBase {
  readonly type: CustomType;
  readonly data: JsonValue;
}

export const ERROR_CODES = [400, 401, 403, 404, 429, 500, 503] as const;
export type ErrorCode = typeof ERROR_CODES[number];

export interface ErrorMessage extends MessageBase {
  readonly type: "Error";
  readonly data: { readonly code: ErrorCode; readonly message: string; readonly details?: JsonRecord };
}

/** A message, or the Error 400 that answers what is none. */
export type Parsed<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly answer: ErrorMessage };

const CUSTOM_TYPE = /^X-[A-Za-z0-9_-]{1,64}$/;

export function isCustomType(type: string): type is CustomType {
  return CUSTOM_TYPE.test(type);
}

function isMetadata(value: JsonRecord): value is JsonRecord & Metadata {
  const fields = new Fields("realtime", value, { path: "metadata" });
  for (const key of ["priority", "encryption", "compression"]) {
    if (fields.has(key)) fields.text(key, { min: 1, max: HEADER_MAX_LENGTH });
  }
  if (fields.has("ttl")) fields.count("ttl");
  return true;
}

export function readMetadata(fields: Fields): Metadata | undefined {
  return fields.optional("metadata", (key) => {
    const { record } = fields.object(key);
    return isMetadata(record) ? record : undefined;
  });
}

function readBase(fields: Fields): MessageBase {
  return {
    id: fields.optional("id", (key) => readName(fields, key)),
    timestamp: fields.optional("timestamp", (key) => fields.number(key)),
    metadata: readMetadata(fields),
  };
}

/** An id, user or connection. */
export function readName(fields: Fields, key: string): string {
  return fields.text(key, { min: 1, max: NAME_MAX_LENGTH });
}

/** A text for people. */
export function readProse(fields: Fields, key: string): string {
  return fields.text(key, { max: TEXT_MAX_LENGTH });
}

export function readNames(fields: Fields, key: string): string[] {
  return fields.list(key, readName, { max: 1000 });
}

function readTimestamp(message: Fields): { timestamp: number } {
  return { timestamp: message.object("data").number("timestamp") };
}

/** The types that travel both ways; absent for any other. */
export function readShared(type: string, message: Fields): Ping | Pong | Custom | undefined {
  if (type === "Ping" || type === "Pong") return { type, data: readTimestamp(message) };
  return isCustomType(type) ? { type, data: message.value("data") } : undefined;
}

/** `readBody` reads type and data; what is refused anywhere becomes the answer, under the id of the refused message. */
export function parseMessage<Message extends MessageBase>(
  text: string,
  readBody: (type: string, fields: Fields) => Message,
  { maxBytes }: { readonly maxBytes: number },
): Parsed<Message> {
  let value: JsonValue | undefined;
  try {
    value = parseJson("realtime", text, { maxBytes, maxDepth: MESSAGE_MAX_DEPTH });
    const fields = new Fields("realtime", value);
    const body = readBody(fields.text("type", { min: 1, max: NAME_MAX_LENGTH }), fields);
    return { ok: true, message: { ...body, ...readBase(fields) } };
  } catch (error) {
    if (error instanceof FieldError) return { ok: false, answer: answerTo(error, value) };
    throw error;
  }
}

/** An unknown type is refused like a wrong field. */
export function refuseType(fields: Fields, known: readonly string[]): never {
  return fields.fail("type", `one of ${known.join(", ")} or X-…`);
}

/** The document's Error 400 for a refused message. */
function answerTo({ path, expected, found }: FieldError, refused: JsonValue | undefined): ErrorMessage {
  const message = `Expected ${path === "" ? "" : `${path} to be `}${expected}, found ${found}.`;
  const id = isRecord(refused) ? refused.id : undefined;
  if (typeof id !== "string" || id === "" || id.length > NAME_MAX_LENGTH) {
    return { type: "Error", data: { code: 400, message, details: { field: path } } };
  }
  return { type: "Error", id, data: { code: 400, message, details: { field: path, message_id: id } } };
}

/** @throws {RangeError} when the text is longer than `maxBytes`. */
export function encodeMessage(
  message: MessageBase & { readonly type: string; readonly data: unknown },
  { maxBytes }: { readonly maxBytes: number },
): string {
  const { type, data, id, timestamp, metadata } = message;
  const text = JSON.stringify({ type, data, id, timestamp, metadata });
  if (exceedsBytes(text, maxBytes)) {
    throw new RangeError(`Cannot send this ${type} message: it is longer than ${maxBytes} bytes.`);
  }
  return text;
}
