import MiniSearch from "minisearch";
import { LIMITS } from "../limits.ts";

/** Finds nodes by label and key. */
export interface LabelIndex {
  /** Dense indices of all that match every word, best first: exact, then prefix; else with one or two typing errors. Equal ones by degree. */
  search(query: string): Uint32Array;
}

export interface Labels {
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
export function createLabelIndex({ labels, keys, degrees }: Labels): LabelIndex {
  const index = new MiniSearch<{ id: number; label: string; key: string }>({
    fields: ["label", "key"],
    tokenize: (text, field) => field === "key" ? [text] : wordsOf(text),
  });
  index.addAll(Array.from(labels, (label, id) => ({ id, label, key: keys[id] === label ? "" : keys[id] })));

  const find = (words: readonly string[], wanted: string, fuzzy: typeof typingErrors | undefined) =>
    index.search(words.join(" "), {
      prefix: (term, at, terms) => at === terms.length - 1 && term.length >= SHORTEST_PREFIX,
      ...(fuzzy && { fuzzy }),
      boost: { label: 2 },
      combineWith: "AND",
      boostDocument: (id) => labels[id].toLowerCase() === wanted || keys[id].toLowerCase() === wanted ? 10 : 1,
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
  };
}
