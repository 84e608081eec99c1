/** What golden vectors tell in JSON, as the codecs have it. */
import { createFrame, type NodeFrame } from "../../protocol/frame.ts";
import { createShortestPathFrame, type ShortestPathFrame, SSSP_KIND } from "../../protocol/graph/sssp.ts";
import {
  type DragPhase,
  encodeFilterUpdate,
  encodeFullGraph,
  encodeHeartbeat,
  encodeNodeDrag,
  encodeNodeSelect,
  encodePositionUpdate,
  encodeVoiceData,
  type NodeFilter,
  positionUpdate,
  type V4Message,
  type VoiceCodec,
} from "../../protocol/graph/v4.ts";
import type { NetworkFrame, NetworkType, Priority } from "../../protocol/network/frame.ts";
import {
  encodeDelta,
  encodeFull,
  encodePaths,
  encodeRequest,
  type SettingsMessage,
} from "../../protocol/settings/message.ts";
import { PathRegistry } from "../../protocol/settings/path.ts";
import type { BinaryValue } from "../../protocol/settings/value.ts";

/** A number, or the name of one that JSON has no number for. */
type Told = number | "NaN" | "Infinity" | "-Infinity" | "-0";

export interface ToldNode {
  readonly id: number;
  readonly position: readonly Told[];
  readonly velocity: readonly Told[];
  readonly mass?: Told;
  readonly charge?: Told;
}

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) => parseInt(pair, 16));
}

function fillNodes(frame: NodeFrame, nodes: readonly ToldNode[]): void {
  nodes.forEach(({ id, position, velocity, mass, charge }, index) => {
    frame.ids[index] = id;
    frame.positions.set(position.map(Number), 3 * index);
    frame.velocities.set(velocity.map(Number), 3 * index);
    if (mass !== undefined) frame.masses[index] = Number(mass);
    if (charge !== undefined) frame.charges[index] = Number(charge);
  });
}

export function buildV2(nodes: readonly ToldNode[]): NodeFrame {
  const frame = createFrame(nodes.length);
  fillNodes(frame, nodes);
  return frame;
}

/** The other way round, for floats that JSON has. */
export function toldNodes({ count, ids, positions, velocities, masses, charges }: NodeFrame): ToldNode[] {
  return Array.from({ length: count }, (_, index) => ({
    id: ids[index],
    position: [...positions.subarray(3 * index, 3 * index + 3)],
    velocity: [...velocities.subarray(3 * index, 3 * index + 3)],
    mass: masses[index],
    charge: charges[index],
  }));
}

type ToldPath = ToldNode & { readonly kind: keyof typeof SSSP_KIND; readonly distance: Told; readonly parent: number };

export function buildPaths(nodes: readonly ToldPath[]): ShortestPathFrame {
  const frame = createShortestPathFrame(nodes.length);
  fillNodes(frame, nodes);
  nodes.forEach(({ kind, distance, parent }, index) => {
    frame.kinds[index] = SSSP_KIND[kind];
    frame.distances[index] = Number(distance);
    frame.parents[index] = parent;
  });
  return frame;
}

interface ToldEdge {
  readonly source: number;
  readonly target: number;
  readonly weight: Told;
}

export type ToldV4 =
  | { readonly type: "FullGraph"; readonly nodes: readonly ToldNode[]; readonly edges: readonly ToldEdge[] }
  | {
    readonly type: "PositionUpdate";
    readonly frame: "whole" | "keyframe" | "delta";
    readonly nodes: readonly ToldNode[];
  }
  | { readonly type: "NodeSelect"; readonly id: number | null }
  | { readonly type: "NodeDrag"; readonly phase: DragPhase; readonly id: number; readonly position: readonly number[] }
  | { readonly type: "Heartbeat"; readonly reply: boolean; readonly time: number }
  | { readonly type: "FilterUpdate"; readonly filter: NodeFilter }
  | {
    readonly type: "VoiceData";
    readonly codec: VoiceCodec;
    readonly channels: number;
    readonly sequence: number;
    readonly sampleRate: number;
    readonly audio: string;
  };

function buildEdges(edges: readonly ToldEdge[]) {
  return {
    count: edges.length,
    sources: Uint32Array.from(edges, ({ source }) => source),
    targets: Uint32Array.from(edges, ({ target }) => target),
    weights: Float32Array.from(edges, ({ weight }) => Number(weight)),
  };
}

export function buildV4(told: ToldV4): V4Message {
  switch (told.type) {
    case "FullGraph":
      return { type: "fullGraph", nodes: buildV2(told.nodes), edges: buildEdges(told.edges) };
    case "PositionUpdate": {
      const nodes = buildV2(told.nodes);
      return { type: "positionUpdate", nodes, ...(told.frame === "whole" ? {} : { scope: told.frame }) };
    }
    case "NodeSelect":
      return { type: "nodeSelect", ...(told.id === null ? {} : { id: told.id }) };
    case "NodeDrag": {
      const [x, y, z] = told.position.map(Math.fround);
      return { type: "nodeDrag", id: told.id, phase: told.phase, x, y, z };
    }
    case "Heartbeat":
      return { type: "heartbeat", timeMs: told.time, reply: told.reply };
    case "FilterUpdate":
      return { type: "filterUpdate", filter: told.filter };
    case "VoiceData":
      return { ...told, type: "voiceData", audio: bytesOfHex(told.audio) };
  }
}

export function encodeBuiltV4(message: V4Message): Uint8Array {
  switch (message.type) {
    case "fullGraph":
      return encodeFullGraph(message.nodes, message.edges);
    case "positionUpdate":
      return message.scope === undefined
        ? positionUpdate.encode(message.nodes)
        : encodePositionUpdate(message.nodes, { scope: message.scope });
    case "nodeSelect":
      return encodeNodeSelect(message.id);
    case "nodeDrag":
      return encodeNodeDrag(message);
    case "heartbeat":
      return encodeHeartbeat(message.timeMs, { reply: message.reply });
    case "filterUpdate":
      return encodeFilterUpdate(message.filter);
    case "voiceData":
      return encodeVoiceData(message);
  }
}

const NETWORK_NAMES: Readonly<Record<string, NetworkType>> = {
  NODE_UPDATE: "nodeUpdate",
  VOICE_FRAME: "voiceFrame",
  SSSP_UPDATE: "ssspUpdate",
  SETTINGS_UPDATE: "settingsUpdate",
  AGENT_STATUS: "agentStatus",
  ERROR: "error",
  PING: "ping",
  PONG: "pong",
  CLOSE: "close",
};

interface ToldNetworkFrame {
  readonly type: string;
  readonly gzip: boolean;
  readonly priority: Priority;
  readonly timestamp: number;
  readonly payload: string;
}

export function buildNetworkFrame({ type, gzip, priority, timestamp, payload }: ToldNetworkFrame): NetworkFrame {
  const packing = gzip ? "gzip" : "none";
  return { type: NETWORK_NAMES[type], priority, packing, timestampMs: timestamp, payload: bytesOfHex(payload) };
}

export type ToldValue =
  | { readonly Null: null }
  | { readonly Bool: boolean }
  | { readonly I32: number }
  | { readonly I64: string }
  | { readonly F32: Told }
  | { readonly F64: Told }
  | { readonly String: string }
  | { readonly Bytes: string }
  | { readonly Array: readonly ToldValue[] }
  | { readonly Object: readonly (readonly [string, ToldValue])[] };

export function buildValue(told: ToldValue): BinaryValue {
  if ("Bool" in told) return { type: "bool", value: told.Bool };
  if ("I32" in told) return { type: "i32", value: told.I32 };
  if ("I64" in told) return { type: "i64", value: BigInt(told.I64) };
  if ("F32" in told) return { type: "f32", value: Math.fround(Number(told.F32)) };
  if ("F64" in told) return { type: "f64", value: Number(told.F64) };
  if ("String" in told) return { type: "string", value: told.String };
  if ("Bytes" in told) return { type: "bytes", value: bytesOfHex(told.Bytes) };
  if ("Array" in told) return { type: "array", items: told.Array.map(buildValue) };
  if ("Object" in told) {
    return { type: "object", entries: new Map(told.Object.map(([key, value]) => [key, buildValue(value)])) };
  }
  return { type: "null" };
}

type Changes<Key> = readonly (readonly [Key, ToldValue | null])[];

export type ToldSettings =
  | { readonly kind: "Paths"; readonly firstId: number; readonly paths: readonly string[] }
  | {
    readonly kind: "Delta";
    readonly version: number;
    readonly baseHash: string;
    readonly targetHash: string;
    readonly changes: Changes<number>;
  }
  | { readonly kind: "Full"; readonly hash: string; readonly settings: Changes<string> }
  | { readonly kind: "Request" };

const buildOptional = (told: ToldValue | null) => told === null ? {} : { value: buildValue(told) };

export function buildSettings(told: ToldSettings): SettingsMessage {
  switch (told.kind) {
    case "Paths":
      return { type: "paths", first: told.firstId, paths: told.paths };
    case "Delta": {
      const changes = told.changes.map(([id, value]) => ({ id, ...buildOptional(value) }));
      const base = bytesOfHex(told.baseHash), target = bytesOfHex(told.targetHash);
      return { type: "delta", version: told.version, base, target, changes };
    }
    case "Full": {
      const entries = told.settings.map(([path, value]) => ({ path, ...buildOptional(value) }));
      return { type: "full", hash: bytesOfHex(told.hash), entries };
    }
    case "Request":
      return { type: "request" };
  }
}

function registryOf(paths: readonly string[]): PathRegistry {
  const registry = new PathRegistry(64);
  for (const path of paths) registry.register(path);
  return registry;
}

const namesFor = (count: number) => Array.from({ length: count }, (_, id) => `path-${id}`);

export function encodeBuiltSettings(message: SettingsMessage): Uint8Array {
  switch (message.type) {
    case "paths":
      return encodePaths(registryOf([...namesFor(message.first), ...message.paths]), message.first);
    case "delta": {
      const names = namesFor(message.version);
      const changes = message.changes.map(({ id, value }) => ({ path: names[id], value }));
      return encodeDelta({ base: message.base, target: message.target, changes }, registryOf(names));
    }
    case "full": {
      const entries = new Map<string, { value: BinaryValue; hash: Uint8Array }>();
      for (const { path, value } of message.entries) {
        if (value !== undefined) entries.set(path, { value, hash: new Uint8Array() });
      }
      return encodeFull({ entries, hash: message.hash }, registryOf(message.entries.map(({ path }) => path)));
    }
    case "request":
      return encodeRequest();
  }
}
