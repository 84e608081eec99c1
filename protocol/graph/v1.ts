/**
 * JSON V1, deprecated and kept: texts `{"type","data"}`. See `docs/protocol/v1.md`.
 *
 * | type | direction | content |
 * |---|---|---|
 * | processing.status | server → client | data {jobId, status, progress 0…100} |
 * | notification | server → client | data {id, title, message} |
 * | nodes.update | server → client | data {count}, nodes [{id, position, velocity, mass, charge}] |
 * | subscribe | client → server | data {channels: "notifications" or "projects.<id>"} |
 */
import { FieldError, Fields, isList, isRecord, type JsonRecord, type JsonValue, parseJson } from "../fields.ts";
import { createFrame, type NodeFrame } from "../frame.ts";

export const V1_BOUNDS = {
  /** 100,000 nodes are about 25 MB. */
  serverTextBytes: 64 * 1024 * 1024,
  clientTextBytes: 65_536,
  depth: 4,
  idCharacters: 128,
  titleCharacters: 256,
  messageCharacters: 4_096,
  channels: 64,
  channelCharacters: "projects.".length + 128,
};

const STATUSES = ["queued", "processing", "completed", "failed"] as const;

/** How far a job is: an import, a layout, an analysis. */
export interface ProcessingStatus {
  readonly type: "processing.status";
  readonly jobId: string;
  readonly status: typeof STATUSES[number];
  /** Percent. */
  readonly progress: number;
}

export interface Notification {
  readonly type: "notification";
  readonly id: string;
  readonly title: string;
  readonly message: string;
}

export interface NodesUpdate {
  readonly type: "nodes.update";
  readonly nodes: NodeFrame;
}

export type V1ServerMessage = ProcessingStatus | Notification | NodesUpdate;

export type V1Channel = "notifications" | `projects.${string}`;

export interface V1Subscribe {
  readonly type: "subscribe";
  readonly channels: readonly V1Channel[];
}

const PROJECT = new RegExp(`^projects\\.[A-Za-z0-9_-]{1,${V1_BOUNDS.idCharacters}}$`);

export function isV1Channel(name: string): name is V1Channel {
  return name === "notifications" || PROJECT.test(name);
}

const CHANNEL_RULE = `"notifications" or "projects." and 1 to ${V1_BOUNDS.idCharacters} letters, digits, "-" or "_"`;

function requireFinite(columns: readonly Float32Array[]): void {
  for (const column of columns) {
    const bad = column.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw new RangeError(`Cannot write ${bad} as JSON: it has finite numbers only.`);
  }
}

function encodeNodes(frame: NodeFrame): string {
  const { count, ids, positions, velocities, masses, charges } = frame;
  requireFinite([
    positions.subarray(0, 3 * count),
    velocities.subarray(0, 3 * count),
    masses.subarray(0, count),
    charges.subarray(0, count),
  ]);
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: ids[index],
    position: [positions[3 * index], positions[3 * index + 1], positions[3 * index + 2]],
    velocity: [velocities[3 * index], velocities[3 * index + 1], velocities[3 * index + 2]],
    mass: masses[index],
    charge: charges[index],
  }));
  return JSON.stringify({ type: "nodes.update", data: { count }, nodes });
}

/** @throws {RangeError} for nodes with numbers that JSON does not have. */
export function encodeV1(message: V1ServerMessage | V1Subscribe): string {
  if (message.type === "nodes.update") return encodeNodes(message.nodes);
  const { type, ...data } = message;
  return JSON.stringify({ type, data });
}

function isVector(value: JsonValue | undefined): value is readonly number[] {
  return isList(value) && value.length === 3 && value.every((item) => typeof item === "number");
}

const own = (record: JsonRecord, key: string): JsonValue | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Writes one node into the columns; false, when it is not a node. Plain reads: this runs 100,000 times a message. */
function readNode(node: JsonValue, index: number, out: NodeFrame): boolean {
  if (!isRecord(node)) return false;
  const id = own(node, "id"), position = own(node, "position"), velocity = own(node, "velocity");
  const mass = own(node, "mass"), charge = own(node, "charge");
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > 0xffff_ffff) return false;
  if (!isVector(position) || !isVector(velocity)) return false;
  if (typeof mass !== "number" || typeof charge !== "number") return false;
  out.ids[index] = id;
  out.positions.set(position, 3 * index);
  out.velocities.set(velocity, 3 * index);
  out.masses[index] = mass;
  out.charges[index] = charge;
  return true;
}

/** A number beyond f32 would arrive as ∞, which no server sends. */
function isFiniteAt(index: number, { positions, velocities, masses, charges }: NodeFrame): boolean {
  for (let k = 3 * index; k < 3 * index + 3; k++) {
    if (!Number.isFinite(positions[k]) || !Number.isFinite(velocities[k])) return false;
  }
  return Number.isFinite(masses[index]) && Number.isFinite(charges[index]);
}

function decodeNodes(message: Fields): NodeFrame {
  const nodes = message.peek("nodes");
  if (!isList(nodes)) return message.fail("nodes", "a list of nodes");
  const frame = createFrame(nodes.length);
  nodes.forEach((node, index) => {
    if (readNode(node, index, frame) && isFiniteAt(index, frame)) return;
    const expected = "{id, position [x, y, z], velocity [x, y, z], mass, charge} in f32";
    throw new FieldError("json", `nodes[${index}]`, expected, "something else");
  });
  const data = message.object("data");
  if (data.count("count") !== nodes.length) data.fail("count", `the number of nodes, ${nodes.length}`);
  return frame;
}

function readFields(text: string, maxBytes: number): Fields {
  return new Fields("json", parseJson("json", text, { maxBytes, maxDepth: V1_BOUNDS.depth }));
}

/**
 * What a server says. Cost: objects per node; the binary dialects exist to avoid that.
 * @throws {FieldError} for anything else; a client passes over types it does not know.
 */
export function decodeV1Server(text: string): V1ServerMessage {
  const message = readFields(text, V1_BOUNDS.serverTextBytes);
  const type = message.oneOf("type", ["processing.status", "notification", "nodes.update"]);
  const data = message.object("data"), id = { min: 1, max: V1_BOUNDS.idCharacters };
  switch (type) {
    case "processing.status": {
      const progress = data.number("progress");
      if (progress < 0 || progress > 100) data.fail("progress", "a percentage from 0 to 100");
      return { type, jobId: data.text("jobId", id), status: data.oneOf("status", STATUSES), progress };
    }
    case "notification":
      return {
        type,
        id: data.text("id", id),
        title: data.text("title", { max: V1_BOUNDS.titleCharacters }),
        message: data.text("message", { max: V1_BOUNDS.messageCharacters }),
      };
    case "nodes.update":
      return { type, nodes: decodeNodes(message) };
  }
}

/** What a client asks; each channel once, in the order asked. @throws {FieldError} for anything else. */
export function decodeV1Client(text: string): V1Subscribe {
  const message = readFields(text, V1_BOUNDS.clientTextBytes), type = message.oneOf("type", ["subscribe"]);
  const readChannel = (items: Fields, key: string) => {
    const name = items.text(key, { max: V1_BOUNDS.channelCharacters });
    return isV1Channel(name) ? name : items.fail(key, CHANNEL_RULE);
  };
  const channels = message.object("data").list("channels", readChannel, { max: V1_BOUNDS.channels });
  return { type, channels: [...new Set(channels)] };
}
