import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../tools/module_graph.ts";

Deno.test("`deno bench` starts no program of its own: those run only when they are run", async () => {
  const folder = join(ROOT, "bench");
  const paths = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".ts")).map(({ name }) =>
    join(folder, name)
  );
  const programs = paths.filter((path) => !Deno.readTextFileSync(path).includes("Deno.bench("));
  assert.ok(programs.some((path) => path.endsWith("fanout_bench.ts")));
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    ...{ args: ["bench", "-A", "--no-check", "--json", ...programs], cwd: ROOT, stdin: "null", stderr: "null" },
    signal: AbortSignal.timeout(60_000),
  }).output();
  assert.ok(success);
  // Whatever a program prints would come before the report.
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)).benches, []);
});
