/**
 * Which node wears which colour. Slots are numbers; the style sheet says what `--slot-N` looks like in each theme.
 *
 * | slots | use |
 * |---|---|
 * | 0–7 | the most frequent types |
 * | 8 | all other types |
 * | 9–15 | degree, low to high, where there is only one type |
 */
import type { Legend, LegendEntry } from "./app_state.ts";

export const TYPE_SLOTS = 8;
export const OTHER_SLOT = 8;
export const RAMP_SLOTS: readonly number[] = [9, 10, 11, 12, 13, 14, 15];
export const SLOTS = 16;

export interface Coloring {
  /** Slot of every node. */
  readonly slots: Uint8Array;
  readonly legend: Legend;
}

function hash(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** Slot for a degree on a logarithmic ramp up to `maxDegree`. */
export function degreeSlot(degree: number, maxDegree: number): number {
  const share = maxDegree < 1 ? 0 : Math.log1p(degree) / Math.log1p(maxDegree);
  return RAMP_SLOTS[Math.min(RAMP_SLOTS.length - 1, Math.floor(share * RAMP_SLOTS.length))];
}

export function colorByDegree(degrees: ArrayLike<number>): Coloring {
  let max = 0;
  for (let i = 0; i < degrees.length; i++) if (degrees[i] > max) max = degrees[i];
  const slots = Uint8Array.from(degrees, (degree) => degreeSlot(degree, max));
  return { slots, legend: { kind: "degree", max, slots: RAMP_SLOTS } };
}

/**
 * The most frequent types get a slot of their own that depends on their names, so that a graph looks the same
 * tomorrow; where two want the same, the more frequent has it. Types that are shown keep the slot they have.
 */
export function colorByType(typeNames: readonly string[], types: readonly number[], shown?: Legend): Coloring {
  const counts = new Uint32Array(typeNames.length);
  for (const type of types) counts[type]++;
  const order = [...counts.keys()].filter((type) => counts[type] > 0);
  order.sort((a, b) => counts[b] - counts[a] || (typeNames[a] < typeNames[b] ? -1 : 1));
  const slotOfType = new Uint8Array(typeNames.length).fill(OTHER_SLOT);
  const kept = new Map(shown?.kind === "types" ? shown.entries.map(({ name, slot }) => [name, slot]) : []);
  const first = order.slice(0, TYPE_SLOTS);
  const taken = new Set(first.flatMap((type) => kept.get(typeNames[type]) ?? []));
  const entries: LegendEntry[] = [];
  for (const type of first) {
    let slot = kept.get(typeNames[type]) ?? hash(typeNames[type]) % TYPE_SLOTS;
    while (!kept.has(typeNames[type]) && taken.has(slot)) slot = (slot + 1) % TYPE_SLOTS;
    taken.add(slot);
    slotOfType[type] = slot;
    entries.push({ name: typeNames[type], count: counts[type], slot });
  }
  const rest = order.slice(TYPE_SLOTS);
  if (rest.length > 0) {
    const count = rest.reduce((sum, type) => sum + counts[type], 0);
    entries.push({ name: `${rest.length} other types`, count, slot: OTHER_SLOT });
  }
  return { slots: Uint8Array.from(types, (type) => slotOfType[type]), legend: { kind: "types", entries } };
}

/** By type where types tell nodes apart, by degree otherwise. */
export function colorNodes(
  nodes: { typeNames: readonly string[]; types: readonly number[]; degrees: readonly number[] },
  shown?: Legend,
): Coloring {
  const distinct = new Set(nodes.types).size;
  return distinct > 1 ? colorByType(nodes.typeNames, nodes.types, shown) : colorByDegree(nodes.degrees);
}
