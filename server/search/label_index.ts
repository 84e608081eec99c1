import MiniSearch from "minisearch";
import { LIMITS } from "../limits.ts";

/** Finds nodes by label and key. */
export interface LabelIndex {
  /** Ids of all that match every word, best first: exact, then prefix; else with one or two typing errors. Equal ones by degree. */
  search(query: string): Uint32Array;
  /** Nodes that went and came, and degrees that changed. Cost: that of what changed. */
  change(change: LabelChange): void;
}

export interface LabelChange {
  readonly removed: readonly number[];
  readonly added: readonly LabelledNode[];
  /** Of all nodes whose edges changed. */
  readonly degrees: readonly { readonly id: number; readonly degree: number }[];
}

export interface LabelledNode {
  readonly id: number;
  readonly label: string;
  readonly key: string;
}

/** Shape: one entry per node; ids ascend. */
export interface Labels {
  readonly ids: Uint32Array;
  readonly labels: readonly string[];
  readonly keys: readonly string[];
  readonly degrees: Uint32Array;
}

/** Shorter beginnings would match a good part of a large graph. */
const SHORTEST_PREFIX = 2;

function wordsOf(text: string): string[] {
  return text.split(/[\s\p{P}\p{S}]+/u).filter((word) => word !== "");
}

/** Edits forgiven in a word; two swapped letters are two. */
function typingErrors(term: string): number | false {
  if (term.length < 4) return false;
  return term.length < 5 ? 1 : 2;
}

/**
 * Full-text index over labels and whole keys.
 * Cost: about 10 µs and 1 KiB per node to build; a query costs what its words match.
 */
export function createLabelIndex({ ids, labels, keys, degrees: firstDegrees }: Labels): LabelIndex {
  const index = new MiniSearch<{ id: number; label: string; key: string }>({
    fields: ["label", "key"],
    tokenize: (text, field) => field === "key" ? [text] : wordsOf(text),
  });
  // By id, with gaps where nodes went.
  const names: LabelledNode[] = [], degrees: number[] = [];
  const documentOf = ({ id, label, key }: LabelledNode) => ({ id, label, key: key === label ? "" : key });
  labels.forEach((label, k) => {
    names[ids[k]] = { id: ids[k], label, key: keys[k] };
    degrees[ids[k]] = firstDegrees[k];
  });
  index.addAll(Array.from(ids, (id) => documentOf(names[id])));

  const find = (words: readonly string[], wanted: string, fuzzy: typeof typingErrors | undefined) =>
    index.search(words.join(" "), {
      prefix: (term, at, terms) => at === terms.length - 1 && term.length >= SHORTEST_PREFIX,
      ...(fuzzy && { fuzzy }),
      boost: { label: 2 },
      combineWith: "AND",
      boostDocument: (id) =>
        names[id].label.toLowerCase() === wanted || names[id].key.toLowerCase() === wanted ? 10 : 1,
    });
  return {
    search(query) {
      const wanted = query.trim().toLowerCase();
      const words = [...new Set(wordsOf(wanted))].slice(0, LIMITS.searchWords.value);
      const exact = find(words, wanted, undefined);
      const found = exact.length > 0 ? exact : find(words, wanted, typingErrors);
      found.sort((a, b) => b.score - a.score || degrees[b.id] - degrees[a.id] || a.id - b.id);
      return Uint32Array.from(found, ({ id }) => id);
    },
    change({ removed, added, degrees: changed }) {
      for (const id of removed) {
        index.discard(id);
        delete names[id];
      }
      for (const node of added) names[node.id] = node;
      index.addAll(added.map(documentOf));
      for (const { id, degree } of changed) degrees[id] = degree;
    },
  };
}
