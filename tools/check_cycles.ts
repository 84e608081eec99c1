/** Refuses import cycles, type imports included: run as `deno run -A tools/check_cycles.ts`. */
import { listSources, type ModuleGraph, readModuleGraph, ROOT } from "./module_graph.ts";

/** The shortest way from `start` back to itself, `start` first and last; absent when there is none. */
function shortestCycle(graph: ModuleGraph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = path; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at);
        return [start, ...way];
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, path);
        queue.push(next);
      }
    }
  }
  return undefined;
}

/** One shortest cycle through every module that lies on one and was not named by an earlier cycle. */
export function findCycles(graph: ModuleGraph): string[][] {
  const named = new Set<string>();
  const cycles: string[][] = [];
  for (const path of [...graph.keys()].sort()) {
    const cycle = named.has(path) ? undefined : shortestCycle(graph, path);
    if (cycle === undefined) continue;
    cycle.forEach((member) => named.add(member));
    cycles.push(cycle);
  }
  return cycles;
}

if (import.meta.main) {
  const graph = await readModuleGraph(listSources(ROOT), ROOT, { types: "followed" });
  const cycles = findCycles(graph);
  for (const cycle of cycles) console.error(`Import cycle: ${cycle.join(" → ")}`);
  if (cycles.length > 0) Deno.exit(1);
  console.log(`No import cycles among ${graph.size} modules.`);
}
