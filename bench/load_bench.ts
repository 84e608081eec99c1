/** Reading 100,000 nodes and 1,000,000 edges from disk, per format: `deno bench -A bench/load_bench.ts`. */
import { createRandom } from "../gpu/random.ts";
import { readGraph } from "../server/import/mod.ts";

const NODES = 100_000, EDGES = 1_000_000;

const random = createRandom(42);
const pairs = Array.from({ length: EDGES }, () => [Math.floor(random() * NODES), Math.floor(random() * NODES)]);
const folder = await Deno.makeTempDir({ prefix: "orrery-bench-" });

const formats: Record<string, () => string> = {
  "graph.csv": () => "source,target,type,weight\n" + pairs.map(([a, b]) => `node-${a},node-${b},link,1\n`).join(""),
  "graph.mtx": () =>
    `%%MatrixMarket matrix coordinate pattern general\n${NODES} ${NODES} ${EDGES}\n` +
    pairs.map(([a, b]) => `${a + 1} ${b + 1}\n`).join(""),
  "graph.txt": () => "# source target\n" + pairs.map(([a, b]) => `${a} ${b}\n`).join(""),
  "graph.json": () =>
    JSON.stringify({
      nodes: Array.from({ length: NODES }, (_, id) => ({ id: `n${id}` })),
      links: pairs.map(([a, b]) => ({ source: `n${a}`, target: `n${b}` })),
    }),
};

for (const [name, text] of Object.entries(formats)) {
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, text());
  Deno.bench({ name, group: "1,000,000 edges", n: 3, warmup: 1, baseline: name === "graph.csv" }, async () => {
    await readGraph([path], {});
  });
}

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
