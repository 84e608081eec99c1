import assert from "node:assert/strict";
import { ImportError } from "../../../server/import/graph_input.ts";
import { readGraph, type ReadGraphOptions } from "../../../server/import/mod.ts";

/** Files by name, in the order in which they are given to `readGraph`. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes the files into a folder of their own, reads them as one graph, and removes the folder. */
export async function readFiles(files: Files, options: ReadGraphOptions = {}) {
  const folder = await Deno.makeTempDir({ prefix: "orrery-import-" });
  try {
    const paths: string[] = [];
    for (const [name, content] of Object.entries(files)) {
      paths.push(`${folder}/${name}`);
      await Deno.writeFile(
        `${folder}/${name}`,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    return await readGraph(paths, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The error that reading the files gives, as `name:line: problem` without the folder. */
export async function errorOf(files: Files, options: ReadGraphOptions = {}): Promise<string> {
  try {
    await readFiles(files, options);
  } catch (error) {
    assert(error instanceof ImportError, String(error));
    return error.message.replace(/^.*\//, "");
  }
  assert.fail("expected an ImportError");
}

/** Edges in words: `a>b`, `a>b x2` with a weight, `a>b knows` with a type. */
export function edgesOf(graph: Awaited<ReturnType<typeof readFiles>>): string[] {
  return Array.from(graph.sources, (source, edge) => {
    const weight = graph.weights[edge] === 1 ? "" : ` x${graph.weights[edge]}`;
    const type = graph.edgeTypeNames[graph.edgeTypes[edge]];
    return `${graph.keys[source]}>${graph.keys[graph.targets[edge]]}${weight}${type === "" ? "" : ` ${type}`}`;
  });
}

/** Type names of the nodes in order. */
export function typesOf(graph: Awaited<ReturnType<typeof readFiles>>): string[] {
  return Array.from(graph.nodeTypes, (type) => graph.typeNames[type]);
}
