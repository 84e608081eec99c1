import { createRandom } from "../../gpu/mod.ts";
import { GraphBuilder } from "./graph_builder.ts";
import type { GraphInput } from "./graph_input.ts";
import { IMPORT_LIMITS } from "./limits.ts";
import { CIRCLES, coAppearances, people } from "./miserables.ts";

/** A graph that needs no file. */
export type Demo =
  | { readonly kind: "miserables" }
  | { readonly kind: "communities" | "scale-free" | "grid"; readonly nodes: number };

export const DEFAULT_DEMO_NODES = 2_000;
export const MAX_DEMO_NODES = 1_000_000;

export const MIN_DEMO_NODES = 4;
const EDGES_PER_NEW_NODE = 3;

/** Names for communities, in the order in which they are handed out. */
const CONSTELLATIONS =
  ("Andromeda Aquila Ara Aries Auriga Boötes Caelum Cancer Carina Cassiopeia Centaurus Cepheus Cetus Chamaeleon " +
    "Circinus Columba Corvus Crater Crux Cygnus Delphinus Dorado Draco Equuleus Eridanus Fornax Gemini Grus Hercules " +
    "Horologium Hydra Indus Lacerta Leo Lepus Libra Lupus Lynx Lyra Mensa Monoceros Musca Norma Octans Ophiuchus Orion " +
    "Pavo Pegasus Perseus Phoenix Pictor Pisces Puppis Pyxis Reticulum Sagitta Scorpius Sculptor Scutum Serpens Sextans " +
    "Taurus Tucana Vela").split(" ");

/** A number from 0 up to but not including 1. */
type Random = () => number;

/** The graph of a demo; the same seed gives the same graph. `miserables` and `grid` have nothing random. */
export function generateDemo(spec: Demo, seed: number): GraphInput {
  switch (spec.kind) {
    case "miserables":
      return generateMiserables();
    case "communities":
      return generateCommunities(spec.nodes, createRandom(seed));
    case "scale-free":
      return generateScaleFree(spec.nodes, createRandom(seed));
    case "grid":
      return generateGrid(spec.nodes);
  }
}

function generateMiserables(): GraphInput {
  const builder = new GraphBuilder(IMPORT_LIMITS);
  for (const { circle, name } of people()) builder.type(builder.declare(name), CIRCLES.get(circle) ?? "");
  for (const [person, other, chapters] of coAppearances()) builder.edge(person, other, chapters, "");
  return builder.finish("Les Misérables");
}

/**
 * A planted partition: communities of unequal size, about 2.3 edges per node inside and 0.2 between them.
 *
 * Inside, everybody knows somebody who came before, half of the time somebody well known, so that each community is
 * connected and has a centre; between, most edges join neighbours on a ring, so that the whole has a shape.
 */
function generateCommunities(nodes: number, random: Random): GraphInput {
  const builder = new GraphBuilder(IMPORT_LIMITS);
  const edges = distinctEdges(builder, nodes);
  const starts = communityStarts(nodes, random);
  const communities = starts.length - 1;
  const memberOf = (community: number) =>
    starts[community] + Math.floor(random() * (starts[community + 1] - starts[community]));
  for (let community = 0; community < communities; community++) {
    const start = starts[community];
    const size = starts[community + 1] - start;
    const name = CONSTELLATIONS[community];
    const known: number[] = [];
    for (let member = 0; member < size; member++) {
      const node = builder.declare(`${name} ${member + 1}`);
      builder.type(node, name);
      if (member === 0) continue;
      const friend = random() < 0.5 && known.length > 0 ? pick(known, random) : start + Math.floor(random() * member);
      if (edges.add(node, friend, "inside")) known.push(node, friend);
    }
    for (let extra = 0; extra < 1.3 * size; extra++) edges.add(memberOf(community), memberOf(community), "inside");
  }
  for (let community = 0; community < communities; community++) {
    const size = starts[community + 1] - starts[community];
    for (let bridge = 0; bridge < Math.max(1, 0.2 * size); bridge++) {
      const other = bridge === 0 || random() < 0.85
        ? (community + 1) % communities
        : Math.floor(random() * communities);
      if (other !== community) edges.add(memberOf(community), memberOf(other), "between");
    }
  }
  return builder.finish(`communities:${nodes}`);
}

/** The first node of each community, and the number of nodes; the largest are a few times as large as the smallest. */
function communityStarts(nodes: number, random: Random): readonly number[] {
  const communities = Math.max(2, Math.min(CONSTELLATIONS.length, Math.round(Math.sqrt(nodes) / 5.5)));
  const shares = Array.from({ length: communities }, () => 0.4 + random() + random());
  const total = shares.reduce((sum, share) => sum + share, 0);
  const starts = [0];
  let sum = 0;
  for (const share of shares) {
    sum += share;
    starts.push(Math.max(starts[starts.length - 1] + 1, Math.round(nodes * sum / total)));
  }
  starts[communities] = nodes;
  return starts;
}

/** Barabási–Albert: each new node joins three old ones, the well connected more likely. Source: Science 286 (1999). */
function generateScaleFree(nodes: number, random: Random): GraphInput {
  const builder = new GraphBuilder(IMPORT_LIMITS);
  const edges = distinctEdges(builder, nodes);
  const degrees = new Uint32Array(nodes);
  const ends: number[] = [];
  const join = (node: number, other: number) => {
    if (!edges.add(node, other, "")) return false;
    degrees[node]++;
    degrees[other]++;
    ends.push(node, other);
    return true;
  };
  for (let node = 0; node < nodes; node++) {
    builder.declare(`Node ${node + 1}`);
    if (node <= EDGES_PER_NEW_NODE) {
      for (let other = 0; other < node; other++) join(node, other);
      continue;
    }
    for (let joined = 0; joined < EDGES_PER_NEW_NODE;) if (join(node, pick(ends, random))) joined++;
  }
  const byDegree = degrees.toSorted().reverse();
  const hub = byDegree[Math.floor(nodes / 100)], connector = byDegree[Math.floor(nodes / 10)];
  degrees.forEach((degree, node) => {
    builder.type(node, degree > connector ? degree > hub ? "hub" : "connector" : "member");
  });
  return builder.finish(`scale-free:${nodes}`);
}

/** A square sheet: as many rows as columns, give or take one, so about as many nodes as asked. */
function generateGrid(nodes: number): GraphInput {
  const builder = new GraphBuilder(IMPORT_LIMITS);
  const columns = Math.round(Math.sqrt(nodes));
  const rows = Math.round(nodes / columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const node = builder.declare(`${row + 1}, ${column + 1}`);
      const isBorderRow = row === 0 || row === rows - 1;
      const isBorderColumn = column === 0 || column === columns - 1;
      builder.type(
        node,
        isBorderRow && isBorderColumn ? "corner" : isBorderRow || isBorderColumn ? "border" : "inside",
      );
      if (column > 0) builder.edge(node, node - 1, 1, "");
      if (row > 0) builder.edge(node, node - columns, 1, "");
    }
  }
  return builder.finish(`grid:${nodes}`);
}

/** Adds an edge unless both nodes are the same or joined already; tells whether it did. */
function distinctEdges(builder: GraphBuilder, nodes: number) {
  const taken = new Set<number>();
  return {
    add(first: number, second: number, type: string): boolean {
      const pair = Math.min(first, second) * nodes + Math.max(first, second);
      if (first === second || taken.has(pair)) return false;
      taken.add(pair);
      builder.edge(first, second, 1, type);
      return true;
    },
  };
}

function pick(list: readonly number[], random: Random): number {
  return list[Math.floor(random() * list.length)];
}
