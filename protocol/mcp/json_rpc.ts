/**
 * JSON-RPC 2.0: requests, notifications, responses, errors and batches of them; one text is one line.
 * Source: https://www.jsonrpc.org/specification
 */
import { FieldError, Fields, isList, isRecord, type JsonRecord, type JsonValue, parseJson } from "../fields.ts";

/** Of one text, which is a message or a batch. */
export const RPC_MAX_BYTES = 1_048_576;
export const RPC_MAX_DEPTH = 64;
export const RPC_MAX_BATCH = 100;
const METHOD_MAX_LENGTH = 256;
const ID_MAX_LENGTH = 256;

export type RpcId = string | number | null;
export type RpcParams = readonly JsonValue[] | JsonRecord;

export interface RpcRequest {
  readonly type: "request";
  readonly id: RpcId;
  readonly method: string;
  readonly params?: RpcParams;
}

/** A request without an id: nobody answers it, not even with an error. */
export interface RpcNotification {
  readonly type: "notification";
  readonly method: string;
  readonly params?: RpcParams;
}

export interface RpcSuccess {
  readonly type: "success";
  readonly id: RpcId;
  readonly result: JsonValue;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonValue;
}

export interface RpcFailure {
  readonly type: "failure";
  /** Null when the id of the request could not be read. */
  readonly id: RpcId;
  readonly error: RpcError;
}

/** What is no message. */
export interface RpcInvalid {
  readonly type: "invalid";
  readonly reason: string;
  /** What to send back; absent for a broken response, or two ends could answer each other for ever. */
  readonly answer?: RpcFailure;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcSuccess | RpcFailure;

export type RpcInput =
  | { readonly type: "single"; readonly item: RpcMessage | RpcInvalid }
  /** Answered by one batch, in any order, without answers to notifications. */
  | { readonly type: "batch"; readonly items: readonly (RpcMessage | RpcInvalid)[] };

export const RPC_ERROR = {
  parseError: { code: -32700, message: "Parse error" },
  invalidRequest: { code: -32600, message: "Invalid Request" },
  methodNotFound: { code: -32601, message: "Method not found" },
  invalidParams: { code: -32602, message: "Invalid params" },
  internalError: { code: -32603, message: "Internal error" },
} as const;

/** One of the standard errors as a response, with `data` that says more. */
export function rpcFailure(id: RpcId, kind: keyof typeof RPC_ERROR, { data }: { data?: JsonValue } = {}): RpcFailure {
  const error = RPC_ERROR[kind];
  return { type: "failure", id, error: data === undefined ? error : { ...error, data } };
}

/** Whether `id` can be echoed exactly: beyond ±(2⁵³ - 1) a number is no longer the one that was sent. */
function isId(id: JsonValue | undefined): id is RpcId {
  if (id === null) return true;
  if (typeof id === "string") return id.length <= ID_MAX_LENGTH;
  return typeof id === "number" && Math.abs(id) <= Number.MAX_SAFE_INTEGER;
}

function readId(fields: Fields): RpcId {
  const id = fields.peek("id");
  return isId(id) ? id : fields.fail("id", `a text of at most ${ID_MAX_LENGTH} characters, a number or null`);
}

function readParams(fields: Fields, key: string): RpcParams {
  const params = fields.peek(key);
  return isList(params) || isRecord(params) ? params : fields.fail(key, "a list or an object");
}

function readCall(fields: Fields): RpcRequest | RpcNotification {
  const method = fields.text("method", { max: METHOD_MAX_LENGTH });
  if (fields.has("result") || fields.has("error")) fields.fail("method", "alone, without result or error");
  const params = fields.optional("params", (key) => readParams(fields, key));
  const call = params === undefined ? { method } : { method, params };
  return fields.has("id") ? { type: "request", id: readId(fields), ...call } : { type: "notification", ...call };
}

function readErrorCode(error: Fields): number {
  const code = error.number("code");
  return Number.isSafeInteger(code) ? code : error.fail("code", "a whole number");
}

function readResponse(fields: Fields): RpcSuccess | RpcFailure {
  const id = readId(fields);
  if (!fields.has("error")) return { type: "success", id, result: fields.value("result") };
  if (fields.has("result")) fields.fail("result", "absent beside an error");
  const error = fields.object("error"), code = readErrorCode(error);
  const message = error.text("message", { max: RPC_MAX_BYTES });
  const details = error.has("data") ? { code, message, data: error.value("data") } : { code, message };
  return { type: "failure", id, error: details };
}

function isResponse(fields: Fields): boolean {
  return !fields.has("method") && (fields.has("result") || fields.has("error"));
}

function readMessage(fields: Fields): RpcMessage {
  fields.oneOf("jsonrpc", ["2.0"] as const);
  return isResponse(fields) ? readResponse(fields) : readCall(fields);
}

function invalid(reason: string, id: RpcId): RpcInvalid {
  return { type: "invalid", reason, answer: rpcFailure(id, "invalidRequest", { data: reason }) };
}

function parseItem(value: JsonValue): RpcMessage | RpcInvalid {
  let fields: Fields | undefined;
  try {
    fields = new Fields("json-rpc", value);
    return readMessage(fields);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    if (fields !== undefined && isResponse(fields)) return { type: "invalid", reason: error.message };
    const id = fields?.peek("id");
    return invalid(error.message, isId(id) ? id : null);
  }
}

/** Reads one text. What is no message comes out as `invalid`, with the answer that the specification asks for. */
export function parseRpc(text: string): RpcInput {
  let value: JsonValue;
  try {
    value = parseJson("json-rpc", text, { maxBytes: RPC_MAX_BYTES, maxDepth: RPC_MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const answer = rpcFailure(null, "parseError", { data: error.message });
    return { type: "single", item: { type: "invalid", reason: error.message, answer } };
  }
  if (!isList(value)) return { type: "single", item: parseItem(value) };
  if (value.length >= 1 && value.length <= RPC_MAX_BATCH) return { type: "batch", items: value.map(parseItem) };
  const reason = `json-rpc: expected a batch of 1 to ${RPC_MAX_BATCH} messages, found ${value.length}`;
  return { type: "single", item: invalid(reason, null) };
}

function wireOf(message: RpcMessage): object {
  const jsonrpc = "2.0";
  switch (message.type) {
    case "request":
      return { jsonrpc, method: message.method, params: message.params, id: message.id };
    case "notification":
      return { jsonrpc, method: message.method, params: message.params };
    case "success":
      return { jsonrpc, result: message.result, id: message.id };
    case "failure":
      return { jsonrpc, error: message.error, id: message.id };
  }
}

/** One line without its line break: JSON has none inside. */
export function encodeRpc(message: RpcMessage): string {
  return JSON.stringify(wireOf(message));
}

/** A batch, or `undefined` for none: an empty list is never sent. */
export function encodeRpcBatch(messages: readonly RpcMessage[]): string | undefined {
  return messages.length === 0 ? undefined : JSON.stringify(messages.map(wireOf));
}
