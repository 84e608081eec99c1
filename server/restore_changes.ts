/** The graph as people left it: the file as it is now, with what they changed since they first served it. */
import { ChangeRefused } from "./change_refused.ts";
import { applyChange, type EdgeName, type GraphChange } from "./graph_change.ts";
import { createGraphStore, type GraphStore } from "./graph_store.ts";
import type { GraphInput } from "./import/graph_input.ts";
import type { StoredChanges } from "./store/changes.ts";

/** The file may have changed underneath: what cannot be applied any more is told in a note and forgotten. */
export function restoreChanges(input: GraphInput, changes: StoredChanges): GraphInput {
  const { nodes, edges } = changes.list();
  if (nodes.length + edges.length === 0) return input;
  const file = createGraphStore(input), indexOfKey = new Map(input.keys.map((key, index) => [key, index]));
  const isRemoved = new Set(nodes.flatMap(({ node, removed }) => removed ? [node] : []));
  const stays = (key: string) => indexOfKey.has(key) && !isRemoved.has(key);
  const additions = nodes.flatMap(({ node, added }) => added !== undefined && !stays(node) ? [added] : []);
  const isAdded = new Set(additions.map(({ key }) => key));
  const exists = (key: string) => stays(key) || isAdded.has(key);
  const wanted = edges.flatMap(({ weight, ...name }) => weight === undefined ? [] : [{ ...name, weight }]);
  const inFile = createEdgeLookup(file, indexOfKey);
  const cuts = edges.filter(({ weight, ...name }) => weight === undefined && inFile(name));
  const change: GraphChange = {
    remove: {
      nodes: [...isRemoved].filter((key) => indexOfKey.has(key)),
      edges: cuts.filter(({ source, target }) => stays(source) && stays(target)),
    },
    add: { nodes: additions, edges: wanted.filter(({ source, target }) => exists(source) && exists(target)) },
  };
  const lostNodes = nodes.filter(({ node, removed }) => !removed && !isAdded.has(node)).map(({ node }) => node);
  const lostEdges = wanted.filter(({ source, target }) => !exists(source) || !exists(target));
  const idle = edges.filter(({ weight, ...name }) => weight === undefined && !inFile(name));
  const idleNodes = [...isRemoved].filter((key) => !indexOfKey.has(key) && !isAdded.has(key));
  changes.forget({ nodes: [...lostNodes, ...idleNodes], edges: [...lostEdges, ...idle] });
  try {
    const { store } = applyChange(file, change, (key) => indexOfKey.get(key));
    return { ...store.input, notes: [...input.notes, ...notesOf(change, { lostNodes, lostEdges })] };
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    return {
      ...input,
      notes: [...input.notes, `Kept changes do not fit the file as it is, and wait: ${error.message}`],
    };
  }
}

function createEdgeLookup({ input, offsets, incident }: GraphStore, indexOfKey: ReadonlyMap<string, number>) {
  return ({ source, target, type }: EdgeName): boolean => {
    const from = indexOfKey.get(source), to = indexOfKey.get(target);
    if (from === undefined || to === undefined) return false;
    return incident.subarray(offsets[from], offsets[from + 1]).some((edge) =>
      input.sources[edge] === from && input.targets[edge] === to && input.edgeTypeNames[input.edgeTypes[edge]] === type
    );
  };
}

interface Lost {
  readonly lostNodes: readonly string[];
  readonly lostEdges: readonly EdgeName[];
}

function notesOf({ add, remove }: GraphChange, { lostNodes, lostEdges }: Lost): string[] {
  const applied = add.nodes.length + add.edges.length + remove.nodes.length + remove.edges.length;
  const notes = [`Kept changes applied: ${applied}.`];
  if (lostNodes.length > 0) {
    notes.push(`Added nodes that the file has itself by now, and which are the file's: ${lostNodes.length}.`);
  }
  if (lostEdges.length > 0) {
    notes.push(`Added edges dropped, since an end of theirs has left the file: ${lostEdges.length}.`);
  }
  return notes;
}
