/**
 * The JSON payloads of typed frames: agents and errors. Those of SETTINGS_UPDATE are binary, see `settings/message.ts`;
 * the others are bytes of the endpoint's own.
 */
import { decodeUtf8 } from "../bytes.ts";
import { FieldError, Fields, parseJson } from "../fields.ts";
import { NETWORK_MAX_PAYLOAD_BYTES } from "./frame.ts";

export const AGENT_STATES = ["idle", "busy", "error", "offline"] as const;

export interface AgentStatus {
  readonly agent_id: string;
  readonly name: string;
  readonly state: typeof AGENT_STATES[number];
  /** What it is doing; null when nothing or unknown. */
  readonly task: string | null;
  /** The node that shows it; null when none does. */
  readonly node_id: number | null;
}

export type NetworkPayload =
  /** All agents; replaces what was known. */
  | { readonly type: "agentStatus"; readonly agents: readonly AgentStatus[] }
  | {
    readonly type: "error";
    /** For programs, such as `limit`. */
    readonly code: string;
    /** For people. */
    readonly message: string;
    /** Seconds. */
    readonly retry_after?: number;
  };

export type JsonFrameType = NetworkPayload["type"];

const MAX_DEPTH = 64;
const AGENTS_MAX = 4096;
const NAME_MAX_LENGTH = 128;
const TEXT_MAX_LENGTH = 4096;
const NODE_ID_MAX = 0xffff_ffff;

const ERROR_CODE = /^[a-z][a-z0-9_]{0,63}$/;

function readNodeId(fields: Fields, key: string): number {
  const id = fields.count(key);
  return id <= NODE_ID_MAX ? id : fields.fail(key, "a node id of 32 bits");
}

function readAgent(items: Fields, key: string): AgentStatus {
  const agent = items.object(key);
  return {
    agent_id: agent.text("agent_id", { min: 1, max: NAME_MAX_LENGTH }),
    name: agent.text("name", { max: NAME_MAX_LENGTH }),
    state: agent.oneOf("state", AGENT_STATES),
    task: agent.nullable("task", (task) => agent.text(task, { max: TEXT_MAX_LENGTH })),
    node_id: agent.nullable("node_id", (id) => readNodeId(agent, id)),
  };
}

function readRetryAfter(fields: Fields, key: string): number {
  const seconds = fields.number(key);
  return seconds >= 0 ? seconds : fields.fail(key, "0 seconds or more");
}

/**
 * The unpacked payload of a frame of `type`.
 * @throws {FieldError} for anything but UTF-8 JSON of that type.
 */
export function parseNetworkPayload(type: JsonFrameType, bytes: Uint8Array): NetworkPayload {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new FieldError("network", "", "UTF-8", "other bytes");
  const bounds = { maxBytes: NETWORK_MAX_PAYLOAD_BYTES, maxDepth: MAX_DEPTH };
  const fields = new Fields("network", parseJson("network", text, bounds));
  switch (type) {
    case "agentStatus":
      return { type, agents: fields.list("agents", readAgent, { max: AGENTS_MAX }) };
    case "error":
      return {
        type,
        code: fields.textLike("code", (code) => ERROR_CODE.test(code), { expected: "a word such as limit" }),
        message: fields.text("message", { max: TEXT_MAX_LENGTH }),
        retry_after: fields.optional("retry_after", (key) => readRetryAfter(fields, key)),
      };
  }
}

/** UTF-8 JSON; the frame's type stays in the header. */
export function encodeNetworkPayload(payload: NetworkPayload): Uint8Array<ArrayBuffer> {
  const { type: _, ...fields } = payload;
  return new TextEncoder().encode(JSON.stringify(fields));
}
