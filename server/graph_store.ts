import type { EdgeColumns } from "../protocol/graph/v4.ts";
import type { AttributeValue, GraphInput } from "./import/graph_input.ts";
import { LIMITS } from "./limits.ts";
import { readWeights } from "./node_weights.ts";

export interface Neighbour {
  readonly id: number;
  readonly label: string;
  readonly type: string;
  readonly direction: "in" | "out" | "both";
  readonly edgeType: string;
  readonly weight: number;
}

export interface NodeDetails {
  readonly id: number;
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly degree: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly neighbours: readonly Neighbour[];
  readonly neighbour_count: number;
}

/**
 * The graph being served, as it is in one generation. Wire ids ascend with the index; those of removed nodes are missing.
 * Shape: columns of `input`; incident edges of node `i` are `incident[offsets[i] … offsets[i+1]-1]`, self-loops once.
 */
export interface GraphStore {
  readonly input: GraphInput;
  /** Grows with every change. */
  readonly generation: number;
  readonly nodeCount: number;
  readonly ids: Uint32Array;
  /** The next new node's id: ids count on and are never used again while the server runs. */
  readonly nextId: number;
  /** By wire id of their ends. */
  readonly edges: EdgeColumns;
  /** From the attributes `mass` and `charge`. */
  readonly masses: Float32Array;
  readonly charges: Float32Array;
  /** From the attribute `depth`, NaN where a node has none; absent where no node has one. */
  readonly depths?: Float32Array;
  /** What was dropped or changed, one sentence each: of the input, and of what is derived from it. */
  readonly notes: readonly string[];
  /** Edges that touch a node; a self-loop counts once. */
  readonly degrees: Uint32Array;
  readonly offsets: Uint32Array;
  readonly incident: Uint32Array;
  /** The node with this wire id, if there is one. Cost: O(log n) once nodes have been removed. */
  indexOf(id: number): number | undefined;
}

/** Who the nodes of a generation are. */
export interface GraphIdentity {
  readonly generation: number;
  /** Ascending, one per node. */
  readonly ids: Uint32Array;
  readonly nextId: number;
}

function firstIdentity(nodeCount: number): GraphIdentity {
  return { generation: 1, ids: Uint32Array.from({ length: nodeCount }, (_, index) => index), nextId: nodeCount };
}

export function createGraphStore(input: GraphInput, identity = firstIdentity(input.keys.length)): GraphStore {
  const nodeCount = input.keys.length, { sources, targets, weights } = input;
  const { masses, charges, depths, notes } = readWeights(input);
  const { degrees, offsets, incident } = indexIncidence(nodeCount, sources, targets);
  return {
    ...identity,
    input,
    nodeCount,
    edges: { count: sources.length, sources: toIds(sources, identity), targets: toIds(targets, identity), weights },
    masses,
    charges,
    depths,
    notes: [...input.notes, ...notes],
    degrees,
    offsets,
    incident,
    indexOf: createIdSearch(identity),
  };
}

const countsFromZero = ({ ids, nextId }: GraphIdentity) => ids.length === nextId;

function toIds(indices: Uint32Array, identity: GraphIdentity): Uint32Array {
  return countsFromZero(identity) ? indices : indices.map((index) => identity.ids[index]);
}

function createIdSearch(identity: GraphIdentity): (id: number) => number | undefined {
  const { ids } = identity;
  if (countsFromZero(identity)) {
    return (id) => Number.isInteger(id) && id >= 0 && id < ids.length ? id : undefined;
  }
  return (id) => {
    let low = 0, high = ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ids[middle] < id) low = middle + 1;
      else high = middle;
    }
    return ids[low] === id ? low : undefined;
  };
}

function indexIncidence(nodeCount: number, sources: Uint32Array, targets: Uint32Array) {
  const degrees = new Uint32Array(nodeCount), offsets = new Uint32Array(nodeCount + 1);
  for (let edge = 0; edge < sources.length; edge++) {
    degrees[sources[edge]]++;
    if (sources[edge] !== targets[edge]) degrees[targets[edge]]++;
  }
  for (let index = 0; index < nodeCount; index++) offsets[index + 1] = offsets[index] + degrees[index];
  const incident = new Uint32Array(offsets[nodeCount]), next = offsets.slice(0, nodeCount);
  for (let edge = 0; edge < sources.length; edge++) {
    incident[next[sources[edge]]++] = edge;
    if (sources[edge] !== targets[edge]) incident[next[targets[edge]]++] = edge;
  }
  return { degrees, offsets, incident };
}

/** One entry per neighbour by index, in file order of the first edge to it; edges in both directions make "both", weights add up. */
export function listNeighbours(store: GraphStore, index: number): Map<number, Neighbour> {
  const { input, offsets, incident } = store, found = new Map<number, Neighbour>();
  for (let at = offsets[index]; at < offsets[index + 1]; at++) {
    const edge = incident[at], out = input.sources[edge] === index;
    const other = out ? input.targets[edge] : input.sources[edge];
    const known = found.get(other), direction = other === index ? "both" : out ? "out" : "in";
    found.set(other, {
      id: store.ids[other],
      label: input.labels[other],
      type: input.typeNames[input.nodeTypes[other]],
      direction: known === undefined || known.direction === direction ? direction : "both",
      edgeType: known?.edgeType || input.edgeTypeNames[input.edgeTypes[edge]],
      weight: (known?.weight ?? 0) + input.weights[edge],
    });
  }
  return found;
}

export function describeNode(store: GraphStore, index: number): NodeDetails {
  const { input } = store, neighbours = listNeighbours(store, index);
  const listed = [...neighbours].sort(([a], [b]) => store.degrees[b] - store.degrees[a] || a - b);
  return {
    id: store.ids[index],
    key: input.keys[index],
    label: input.labels[index],
    type: input.typeNames[input.nodeTypes[index]],
    degree: store.degrees[index],
    attributes: attributesOf(input, index),
    neighbours: listed.slice(0, LIMITS.listedNeighbours.value).map(([, neighbour]) => neighbour),
    neighbour_count: neighbours.size,
  };
}

function attributesOf(input: GraphInput, index: number): Record<string, AttributeValue> {
  const present: [string, AttributeValue][] = [];
  for (const [name, column] of input.nodeAttributes) {
    const value = column[index];
    if (value !== undefined) present.push([name, value]);
  }
  return Object.fromEntries(present);
}

const JSON_CHUNK_ROWS = 2000;

/**
 * The whole graph as JSON text; a node whose place is not finite has none. In pieces, so that a large one neither
 * blocks the isolate nor exists twice in memory.
 */
export function* graphJson(store: GraphStore, positions: Float32Array | undefined): Generator<string> {
  const { input } = store;
  yield `{"generation":${store.generation},"name":${JSON.stringify(input.name)},"nodes":[`;
  yield* rows(store.nodeCount, (index) => ({
    id: store.ids[index],
    key: input.keys[index],
    label: input.labels[index],
    type: input.typeNames[input.nodeTypes[index]],
    ...(positions && Number.isFinite(positions[3 * index]) && {
      x: positions[3 * index],
      y: positions[3 * index + 1],
      z: positions[3 * index + 2],
    }),
    attributes: attributesOf(input, index),
  }));
  yield `],"edges":[`;
  yield* rows(store.edges.count, (edge) => ({
    source: store.edges.sources[edge],
    target: store.edges.targets[edge],
    weight: store.edges.weights[edge],
    type: input.edgeTypeNames[input.edgeTypes[edge]],
  }));
  yield `]}`;
}

function* rows(count: number, row: (index: number) => unknown): Generator<string> {
  for (let start = 0; start < count; start += JSON_CHUNK_ROWS) {
    const part: string[] = [];
    for (let index = start; index < Math.min(count, start + JSON_CHUNK_ROWS); index++) {
      part.push(JSON.stringify(row(index)));
    }
    yield (start === 0 ? "" : ",") + part.join(",");
  }
}

/** Ids, labels and types of all nodes in wire order, the least a reader needs to name what it sees. */
export function labelTable(store: GraphStore) {
  const { input } = store;
  return {
    generation: store.generation,
    ids: Array.from(store.ids),
    labels: input.labels,
    typeNames: input.typeNames,
    types: Array.from(input.nodeTypes),
    degrees: Array.from(store.degrees),
  };
}
