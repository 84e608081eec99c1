/** Everything a change must pass beside the tests. Runs every gate, also after one has failed, and sums up like `deno test`. */
import { ROOT } from "./module_graph.ts";

const run = (...args: readonly string[]) => ["run", "--allow-all", ...args];

/** Name of the gate → arguments of the runtime. */
const GATES: readonly (readonly [string, readonly string[]])[] = [
  ["formatting", ["fmt", "--check", "--quiet"]],
  ["lint, with the layers", ["lint", "--quiet"]],
  ["types", ["check", "--quiet"]],
  ["import cycles", run("tools/check_cycles.ts")],
  ["rules and their tests", run("tools/check_rules.ts")],
  ["page and its size", run("tools/bundle_web.ts", "--check")],
  ["executable", run("tools/compile_check.ts")],
];

function elapsed(since: number): string {
  return `(${((performance.now() - since) / 1000).toFixed(1)}s)`;
}

if (import.meta.main) {
  const started = performance.now();
  let failed = 0;
  for (const [name, args] of GATES) {
    const gateStarted = performance.now();
    const gate = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdin: "null" }).spawn();
    const { success } = await gate.status;
    if (!success) failed++;
    console.log(`${name} ... ${success ? "ok" : "FAILED"} ${elapsed(gateStarted)}`);
  }
  const verdict = failed === 0 ? "ok" : "FAILED";
  console.log(`\n${verdict} | ${GATES.length - failed} passed | ${failed} failed ${elapsed(started)}`);
  Deno.exit(failed === 0 ? 0 : 1);
}
