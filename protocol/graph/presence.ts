/** Who is there, where they look and what they hold, as text beside the binary dialects. See `docs/protocol/events.md`. */
import { isObject, type JsonObject, optionalNumber, optionalString } from "../json.ts";

const ROLES = ["viewer", "editor", "admin"] as const;

/** What a participant says of itself; what is absent is not said, or taken back. */
export interface Introduction {
  readonly name?: string;
  /** `#rrggbb`. */
  readonly color?: string;
}

export interface Participant extends Introduction {
  /** Number of a connection, unique while the server runs. */
  readonly participant: number;
  /** Of the account: nobody can choose it here. */
  readonly user: string;
  readonly role: typeof ROLES[number];
}

export interface ParticipantsData {
  /** In the order in which they came; of very many the first. */
  readonly participants: readonly Participant[];
  /** All of them. */
  readonly count: number;
}

/** Something a participant does to a node. */
export interface ParticipantNode {
  readonly participant: number;
  readonly user: string;
  readonly id: number;
}

/** Units: edge lengths. */
export type Vector = readonly [x: number, y: number, z: number];

export interface Camera {
  readonly position: Vector;
  /** What it looks at. */
  readonly target: Vector;
}

export interface ParticipantCamera extends Camera {
  readonly participant: number;
}

/** A node that the reader held is no longer in its hand. */
export interface ReleasedData {
  readonly id: number;
  /** `taken`: by somebody else. `idle`: it was not moved for too long, and is pinned. */
  readonly reason: "taken" | "idle";
  /** Who took it. */
  readonly by?: { readonly participant: number; readonly user: string };
}

export type PresenceEvent =
  /** Who is there, the reader included; replaces what was known. */
  | { readonly type: "participants"; readonly data: ParticipantsData }
  /** Where the others look; replaces what was known. */
  | { readonly type: "cameras"; readonly data: { readonly cameras: readonly ParticipantCamera[] } }
  /** Which nodes are in whose hand, the reader's included; replaces what was known. */
  | { readonly type: "holds"; readonly data: { readonly holds: readonly ParticipantNode[] } }
  | { readonly type: "released"; readonly data: ReleasedData };

export type PresenceMessage =
  | { readonly type: "introduce"; readonly introduction: Introduction }
  /** Absent: it is taken back. */
  | { readonly type: "camera"; readonly camera?: Camera };

function parseList<T>(items: unknown, parse: (item: JsonObject) => T | undefined): T[] | undefined {
  if (!Array.isArray(items)) return undefined;
  const found: T[] = [];
  for (const item of items) {
    const parsed = isObject(item) ? parse(item) : undefined;
    if (parsed === undefined) return undefined;
    found.push(parsed);
  }
  return found;
}

function parseColor(value: unknown): string | undefined {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value : undefined;
}

function parseVector(value: unknown): Vector | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [x, y, z] = value.map(optionalNumber);
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}

function parseCamera(data: JsonObject): Camera | undefined {
  const position = parseVector(data.position), target = parseVector(data.target);
  return position && target && { position, target };
}

function parseParticipants(data: JsonObject): ParticipantsData | undefined {
  const count = optionalNumber(data.count);
  const participants = parseList(data.participants, (item): Participant | undefined => {
    const participant = optionalNumber(item.participant), user = optionalString(item.user);
    const role = ROLES.find((name) => name === item.role);
    if (participant === undefined || user === undefined || role === undefined) return undefined;
    const name = optionalString(item.name), color = parseColor(item.color);
    return { participant, user, role, ...(name !== undefined && { name }), ...(color !== undefined && { color }) };
  });
  return participants && { participants, count: count ?? participants.length };
}

export function parseParticipantNodes(items: unknown): ParticipantNode[] | undefined {
  return parseList(items, (item) => {
    const participant = optionalNumber(item.participant), user = optionalString(item.user);
    const id = optionalNumber(item.id);
    return participant === undefined || user === undefined || id === undefined ? undefined : { participant, user, id };
  });
}

function parseCameras(items: unknown): ParticipantCamera[] | undefined {
  return parseList(items, (item) => {
    const participant = optionalNumber(item.participant), camera = parseCamera(item);
    return participant === undefined || camera === undefined ? undefined : { participant, ...camera };
  });
}

function parseReleased(data: JsonObject): ReleasedData | undefined {
  const id = optionalNumber(data.id);
  if (id === undefined) return undefined;
  if (data.reason === "idle") return { id, reason: "idle" };
  if (data.reason !== "taken" || !isObject(data.by)) return undefined;
  const participant = optionalNumber(data.by.participant), user = optionalString(data.by.user);
  if (participant === undefined || user === undefined) return undefined;
  return { id, reason: "taken", by: { participant, user } };
}

/** What the server says of people; `undefined` for what this version does not know. */
export function parsePresenceEvent(type: unknown, data: JsonObject): PresenceEvent | undefined {
  switch (type) {
    case "participants": {
      const participants = parseParticipants(data);
      return participants && { type, data: participants };
    }
    case "cameras": {
      const cameras = parseCameras(data.cameras);
      return cameras && { type, data: { cameras } };
    }
    case "holds": {
      const holds = parseParticipantNodes(data.holds);
      return holds && { type, data: { holds } };
    }
    case "released": {
      const released = parseReleased(data);
      return released && { type, data: released };
    }
  }
}

/** What a client says of itself, or a sentence that says what is wrong with it. */
export function parsePresence(type: PresenceMessage["type"], data: unknown): PresenceMessage | string {
  if (!isObject(data)) return `${type} needs data, an object.`;
  if (type === "camera") {
    return data.position === undefined && data.target === undefined ? { type } : parsedCamera(data);
  }
  const { name, color } = data;
  if (name !== undefined && typeof name !== "string") return "introduce: data.name is a text.";
  if (color !== undefined && parseColor(color) === undefined) return 'introduce: data.color is "#rrggbb".';
  return { type, introduction: { name, color: parseColor(color) } };
}

function parsedCamera(data: JsonObject): PresenceMessage | string {
  const camera = parseCamera(data);
  return camera === undefined
    ? "camera needs data.position and data.target, three numbers each, or neither."
    : { type: "camera", camera };
}

/** A text that says who one is. */
export function encodeIntroduction(introduction: Introduction): string {
  return JSON.stringify({ type: "introduce", data: introduction });
}

/** A text that says where one looks; nowhere without a camera. */
export function encodeCamera(camera: Camera | undefined): string {
  return JSON.stringify({ type: "camera", data: camera ?? {} });
}
