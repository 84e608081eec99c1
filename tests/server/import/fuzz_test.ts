import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { GraphInput } from "../../../server/import/graph_input.ts";
import { ImportError } from "../../../server/import/graph_input.ts";
import { IMPORT_LIMITS, readGraph } from "../../../server/import/mod.ts";

const ROUNDS = 2_000;
/** A mutated size must not be allowed to ask for gigabytes. */
const LIMITS = { ...IMPORT_LIMITS, nodes: 10_000 };

/** Small files of each format, by name. */
const SAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  JSON: {
    "d3.json":
      '{"nodes":[{"id":"a","group":1,"x":1.5,"y":2},\n{"id":"b","label":"B"}],"links":[{"source":"a","target":"b","value":2}]}',
    "positions.json":
      '{"nodes":[{"name":"A"},{"name":"B"}],\n"links":[{"source":0,"target":1},{"source":1,"target":0}]}',
    "graphology.json":
      '{"nodes":[{"key":"a","attributes":{"x":1}}],"edges":[{"source":"a","target":"a","attributes":{"weight":2}}]}',
    "cytoscape.cyjs":
      '{"elements":[{"data":{"id":"a"},"position":{"x":1,"y":2}},{"data":{"source":"a","target":"a"}}]}',
    "pairs.json": '[["a","b"],[1,2,0.5],["\\u00e9",{"id":7}]]',
  },
  CSV: {
    "edges.csv": 'source,target,type,weight\na,b,knows,1.5\n"c, d",a,"x ""y""",2\n',
    "nodes.csv": "id,label,group,x,y,z,size\na,A,g,1,2,3,4\nb,B,h,5,6,7,8\n",
    "bare.tsv": "0\t1\t1.0\n1\t2\t0.5\n2\t0\t3\n",
    "gephi.csv": "Source;Target;Type;Id;Label;Weight\n1;2;Directed;0;likes;2\n2;3;Undirected;1;;1\n",
    "neo4j.csv":
      "personId:ID(Person),name,age:int,tags:string[],:LABEL\n1,Ann,30,a;b,Person;Actor\n2,Bob,31,c,Person\n",
  },
  SNAP: { "snap.txt": "# Nodes: 3 Edges: 2\n# FromNodeId ToNodeId\n0 1\n1   2\n\n2 0\n" },
  MatrixMarket: {
    "matrix.mtx": "%%MatrixMarket matrix coordinate real symmetric\n% comment\n3 3 3\n1 1 1\n2 1 -0.5\n3 2 4e1\n",
  },
};

const SPLICES = [
  "\n",
  "\0",
  '"',
  ",",
  "{",
  "}",
  "[",
  "]",
  "-",
  "1e999",
  "99999999",
  "\ufeff",
  "\u2028",
  "%%",
  "#",
  "null",
  "\r",
];

for (const [format, samples] of Object.entries(SAMPLES)) {
  Deno.test(`${ROUNDS} damaged ${format} files give a graph or an ImportError`, async () => {
    const folder = await Deno.makeTempDir();
    const random = createRandom(1);
    const names = Object.keys(samples);
    let graphs = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const name = names[round % names.length];
        const isZipped = round % 11 === 10;
        const path = `${folder}/${name}${isZipped ? ".gz" : ""}`;
        const content = new TextEncoder().encode(samples[name]);
        const damaged = damage(isZipped ? gzipSync(content) : content, random);
        await Deno.writeFile(path, damaged);
        const describe = () => `${name}, round ${round}: ${JSON.stringify(new TextDecoder().decode(damaged))}`;
        if (await isGraph(path, describe)) graphs++;
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    assert(graphs > ROUNDS / 20 && graphs < ROUNDS, `${graphs} of ${ROUNDS} were graphs`);
  });
}

/** Whether the file could be read; whatever is neither a sound graph nor an ImportError fails. */
async function isGraph(path: string, describe: () => string): Promise<boolean> {
  try {
    checkGraph(await readGraph([path], { limits: LIMITS }));
    return true;
  } catch (error) {
    assert(error instanceof ImportError, `${describe()}: ${error instanceof Error ? error.stack : error}`);
    assert(!error.message.includes("undefined") && !error.message.includes("NaN,"), `${describe()}: ${error.message}`);
    return false;
  }
}

/** What everything after the import relies on. */
function checkGraph(graph: GraphInput): void {
  const nodes = graph.keys.length, edges = graph.sources.length;
  assert.equal(new Set(graph.keys).size, nodes);
  assert.deepEqual([graph.labels.length, graph.nodeTypes.length], [nodes, nodes]);
  assert.deepEqual([graph.targets.length, graph.weights.length, graph.edgeTypes.length], [edges, edges, edges]);
  assert(graph.sources.every((node) => node < nodes) && graph.targets.every((node) => node < nodes));
  assert(graph.weights.every((weight) => Number.isFinite(weight) && weight >= 0));
  assert(graph.nodeTypes.every((type) => type < graph.typeNames.length));
  assert(graph.edgeTypes.every((type) => type < graph.edgeTypeNames.length));
  for (const column of graph.nodeAttributes.values()) assert.equal(column.length, nodes);
  if (graph.positions !== undefined) {
    assert(graph.positions.length === 3 * nodes && graph.positions.every(Number.isFinite));
  }
}

/** One to three changes: a byte flipped, a piece cut, doubled or spliced in, or the end cut off. */
function damage(content: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = [...content];
  for (let change = random(3); change >= 0; change--) {
    const at = random(bytes.length + 1), length = random(12);
    switch (random(5)) {
      case 0:
        if (at < bytes.length) bytes[at] ^= 1 << random(8);
        break;
      case 1:
        bytes.splice(at, length);
        break;
      case 2:
        bytes.splice(at, 0, ...bytes.slice(at, at + length));
        break;
      case 3:
        bytes.splice(at, 0, ...new TextEncoder().encode(SPLICES[random(SPLICES.length)]));
        break;
      default:
        bytes = bytes.slice(0, at);
    }
  }
  return Uint8Array.from(bytes);
}

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(below * (state / 2 ** 32));
  };
}
