/** One change of the graph: what is asked for, by key, and the graph that comes of it. All of it happens, or nothing. */
import { ChangeRefused, checkRoom, unknownEdge, unknownNode } from "./change_refused.ts";
import { createGraphStore, type GraphStore } from "./graph_store.ts";
import type { AttributeValue, GraphInput } from "./import/graph_input.ts";
import { IMPORT_LIMITS } from "./import/limits.ts";

export interface NewNode {
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Source, target and type are who an edge is. */
export interface EdgeName {
  readonly source: string;
  readonly target: string;
  readonly type: string;
}

export interface NewEdge extends EdgeName {
  readonly weight: number;
}

/** What is removed goes first, so that one change can put a new node or edge in the place of an old one. */
export interface GraphChange {
  readonly remove: {
    /** Keys; their edges go too. */
    readonly nodes: readonly string[];
    /** Without a type: all edges from source to target. */
    readonly edges: readonly (Omit<EdgeName, "type"> & { readonly type?: string })[];
  };
  readonly add: {
    readonly nodes: readonly NewNode[];
    /** One that is there gets the weight. */
    readonly edges: readonly NewEdge[];
  };
}

export interface AppliedChange {
  readonly before: GraphStore;
  readonly store: GraphStore;
  /** Index in `before` of each node of `store`, −1 for a new one. */
  readonly origins: Int32Array;
  /** Indices in `before`, ascending. */
  readonly removed: readonly number[];
  /** Edges that were taken away as asked, by name. */
  readonly removedEdges: readonly EdgeName[];
}

/** `indexOf` finds a node of `store` by its key. Cost: O(n + m). @throws {ChangeRefused} */
export function applyChange(
  store: GraphStore,
  change: GraphChange,
  indexOf: (key: string) => number | undefined,
): AppliedChange {
  const nodes = planNodes(store, change, indexOf);
  const edges = planEdges(store, change, { nodes, indexOf });
  const input = assemble(store.input, { change, nodes, edges });
  const nextId = store.nextId + change.add.nodes.length;
  const ids = new Uint32Array(nodes.origins.length);
  for (let index = 0; index < ids.length; index++) {
    const origin = nodes.origins[index];
    ids[index] = origin >= 0 ? store.ids[origin] : store.nextId + index - nodes.kept;
  }
  return {
    before: store,
    store: createGraphStore(input, { generation: store.generation + 1, ids, nextId }),
    origins: nodes.origins,
    removed: nodes.removed,
    removedEdges: edges.removedNames,
  };
}

interface NodePlan {
  readonly origins: Int32Array;
  readonly removed: readonly number[];
  /** How many stay; the new ones follow. */
  readonly kept: number;
  /** New index of each old node, −1 where it goes. */
  readonly moved: Int32Array;
  /** Index of each new node by its key. */
  readonly added: ReadonlyMap<string, number>;
}

function planNodes(store: GraphStore, { remove, add }: GraphChange, indexOf: (key: string) => number | undefined) {
  const moved = new Int32Array(store.nodeCount), removed = new Set<number>();
  for (const key of remove.nodes) {
    const index = indexOf(key);
    if (index === undefined) throw unknownNode(key);
    removed.add(index);
  }
  const kept = store.nodeCount - removed.size, origins = new Int32Array(kept + add.nodes.length).fill(-1);
  checkRoom("nodes", origins.length, IMPORT_LIMITS.nodes);
  for (let index = 0, next = 0; index < store.nodeCount; index++) {
    moved[index] = removed.has(index) ? -1 : next;
    if (moved[index] >= 0) origins[next++] = index;
  }
  const added = new Map<string, number>();
  for (const { key } of add.nodes) {
    const known = indexOf(key);
    if (added.has(key) || (known !== undefined && !removed.has(known))) {
      throw new ChangeRefused("exists", `There is a node ${JSON.stringify(key)} already; keys are unique.`);
    }
    added.set(key, kept + added.size);
  }
  return { origins, removed: [...removed].sort((a, b) => a - b), kept, moved, added };
}

interface EdgePlan {
  /** Old edges that stay, in order. */
  readonly kept: Uint32Array;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
  /** Type names of the new edges, which follow the kept ones. */
  readonly newTypes: readonly string[];
  readonly removedNames: readonly EdgeName[];
}

interface Planning {
  readonly nodes: NodePlan;
  readonly indexOf: (key: string) => number | undefined;
}

function planEdges(store: GraphStore, change: GraphChange, planning: Planning): EdgePlan {
  const { input } = store, { moved } = planning.nodes;
  const gone = findRemoved(store, change, planning);
  const { sources: oldSources, targets: oldTargets } = input, room = new Uint32Array(oldSources.length);
  let used = 0;
  for (let edge = 0; edge < room.length; edge++) {
    const stays = moved[oldSources[edge]] >= 0 && moved[oldTargets[edge]] >= 0 && (gone.size === 0 || !gone.has(edge));
    if (stays) room[used++] = edge;
  }
  const kept = room.subarray(0, used);
  const { weightOf, fresh } = sortAdded(store, change, { ...planning, gone });
  const count = kept.length + fresh.length;
  checkRoom("edges", count, IMPORT_LIMITS.edges);
  const sources = new Uint32Array(count), targets = new Uint32Array(count), weights = new Float32Array(count);
  for (let at = 0; at < kept.length; at++) {
    const edge = kept[at];
    sources[at] = moved[oldSources[edge]];
    targets[at] = moved[oldTargets[edge]];
    weights[at] = (weightOf.size === 0 ? undefined : weightOf.get(edge)) ?? input.weights[edge];
  }
  fresh.forEach(({ source, target, weight }, k) => {
    sources[kept.length + k] = placeOf(source, planning);
    targets[kept.length + k] = placeOf(target, planning);
    weights[kept.length + k] = weight;
  });
  const newTypes = fresh.map(({ type }) => type);
  return { kept, sources, targets, weights, newTypes, removedNames: [...gone.values()] };
}

/** Edges to take away, each with its name. */
function findRemoved(store: GraphStore, { remove }: GraphChange, { indexOf }: Planning): Map<number, EdgeName> {
  const gone = new Map<number, EdgeName>(), { input } = store;
  for (const { source, target, type } of remove.edges) {
    const found = findEdges(store, { source: indexOf(source), target: indexOf(target) })
      .filter((edge) => type === undefined || typeOf(input, edge) === type);
    if (found.length === 0) throw unknownEdge(source, target, type);
    for (const edge of found) gone.set(edge, { source, target, type: typeOf(input, edge) });
  }
  return gone;
}

interface Sorting extends Planning {
  readonly gone: ReadonlyMap<number, EdgeName>;
}

/** What is to be added: new weights of edges that are there, and edges that are not; of one named twice the last counts. */
function sortAdded(store: GraphStore, { add }: GraphChange, sorting: Sorting) {
  const { indexOf, gone, nodes: { added } } = sorting;
  const weightOf = new Map<number, number>(), fresh = new Map<string, NewEdge>();
  for (const edge of add.edges) {
    const { source, target, type, weight } = edge;
    placeOf(source, sorting);
    placeOf(target, sorting);
    const old = added.has(source) || added.has(target)
      ? undefined
      : findEdges(store, { source: indexOf(source), target: indexOf(target) })
        .find((at) => !gone.has(at) && typeOf(store.input, at) === type);
    if (old === undefined) fresh.set(JSON.stringify([source, target, type]), edge);
    else weightOf.set(old, weight);
  }
  return { weightOf, fresh: [...fresh.values()] };
}

/** Index in the changed graph. */
function placeOf(key: string, { nodes: { added, moved }, indexOf }: Planning): number {
  const old = indexOf(key), index = added.get(key) ?? (old === undefined ? -1 : moved[old]);
  if (index < 0) throw unknownNode(key);
  return index;
}

const typeOf = (input: GraphInput, edge: number): string => input.edgeTypeNames[input.edgeTypes[edge]];

/** Edges from one node to another. Cost: the degree of the source. */
function findEdges(
  { input, offsets, incident }: GraphStore,
  { source, target }: { source: number | undefined; target: number | undefined },
): number[] {
  if (source === undefined || target === undefined) return [];
  const found = [];
  for (let at = offsets[source]; at < offsets[source + 1]; at++) {
    const edge = incident[at];
    if (input.sources[edge] === source && input.targets[edge] === target) found.push(edge);
  }
  return found;
}

interface Plans {
  readonly change: GraphChange;
  readonly nodes: NodePlan;
  readonly edges: EdgePlan;
}

function assemble(input: GraphInput, { change, nodes, edges }: Plans): GraphInput {
  const added = change.add.nodes, total = nodes.origins.length;
  const types = numberNames(input.typeNames, added.map(({ type }) => type));
  const edgeTypes = numberNames(input.edgeTypeNames, edges.newTypes);
  const survivors = <T>(column: readonly T[]): T[] => keep(column, nodes);
  const nodeTypes = new Uint16Array(total);
  for (let k = 0; k < nodes.kept; k++) nodeTypes[k] = input.nodeTypes[nodes.origins[k]];
  nodeTypes.set(types.numbers, nodes.kept);
  const { positions: _, ...rest } = input;
  return {
    ...rest,
    keys: [...survivors(input.keys), ...added.map(({ key }) => key)],
    labels: [...survivors(input.labels), ...added.map(({ label }) => label)],
    nodeTypes,
    typeNames: types.names,
    nodeAttributes: attributesOf(input, { change, nodes, edges }),
    sources: edges.sources,
    targets: edges.targets,
    weights: edges.weights,
    edgeTypes: edgeTypesOf(input, edges, edgeTypes.numbers),
    edgeTypeNames: edgeTypes.names,
  };
}

/** What a column has for the nodes that stay, in their order. */
function keep<T>(column: readonly T[], { origins, kept, removed }: NodePlan): T[] {
  if (removed.length === 0) return column.slice(0, kept);
  const values: T[] = [];
  for (let index = 0; index < kept; index++) values.push(column[origins[index]]);
  return values;
}

function edgeTypesOf(input: GraphInput, { kept, sources }: EdgePlan, added: readonly number[]): Uint16Array {
  const types = new Uint16Array(sources.length);
  for (let at = 0; at < kept.length; at++) types[at] = input.edgeTypes[kept[at]];
  types.set(added, kept.length);
  return types;
}

function attributesOf({ nodeAttributes }: GraphInput, { change, nodes }: Plans): GraphInput["nodeAttributes"] {
  const columns = new Map<string, (AttributeValue | undefined)[]>();
  for (const [name, column] of nodeAttributes) {
    columns.set(name, keep(column, nodes));
  }
  change.add.nodes.forEach(({ attributes }, k) => {
    for (const [name, value] of Object.entries(attributes)) {
      const column = columns.get(name) ?? [];
      columns.set(name, column);
      checkRoom("attribute names", columns.size, IMPORT_LIMITS.attributeColumns);
      column[nodes.kept + k] = value;
    }
  });
  return columns;
}

/** Gives each name its number, and new names new ones. */
function numberNames(known: readonly string[], wanted: readonly string[]): { names: string[]; numbers: number[] } {
  const names = [...known], numberOf = new Map(names.map((name, number) => [name, number]));
  const numbers = wanted.map((name) => {
    const number = numberOf.get(name) ?? names.push(name) - 1;
    numberOf.set(name, number);
    return number;
  });
  checkRoom("types", names.length - 1, IMPORT_LIMITS.typeNames);
  return { names, numbers };
}
