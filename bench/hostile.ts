/**
 * Every attack on a running server, with each socket engine, while an honest client watches; writes `docs/hostile.md`:
 * `deno task hostile [--only TEXT]` (with `--only` it prints instead).
 */
import { parseArgs } from "node:util";
import { ATTACKS } from "./hostile/all_attacks.ts";
import { type Engine, ENGINES } from "./hostile/attack.ts";
import { besiege, MEMORY_MARGIN_BYTES, type Outcome } from "./hostile/siege.ts";
import { hostileDocument } from "./hostile/table.ts";
import { openVictim } from "./hostile/victim.ts";

const DOCUMENT = new URL("../docs/hostile.md", import.meta.url);
const REST_MS = 1000;

async function measure(engine: Engine, only: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attack of ATTACKS.filter(({ name }) => name.includes(only))) {
    // A fresh server for each, so that none is measured with what another has left behind.
    const victim = await openVictim(engine, { patience: 1 });
    outcomes.push(await besiege(attack, { ...victim, restMs: REST_MS, share: 1 }));
    await victim.close();
    const { outcome } = outcomes[outcomes.length - 1];
    console.error(
      `${engine}: ${attack.name}: ${outcome}${attack.expected[engine].test(outcome) ? "" : " (unexpected)"}`,
    );
  }
  return outcomes;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const [load] = Deno.loadavg(), measured = new Map<Engine, readonly Outcome[]>();
  for (const engine of ENGINES) measured.set(engine, await measure(engine, values.only ?? ""));
  const text = hostileDocument(measured, {
    date: new Date().toISOString().slice(0, 10),
    cores: navigator.hardwareConcurrency,
    load,
    marginBytes: MEMORY_MARGIN_BYTES,
  });
  if (values.only === undefined) await Deno.writeTextFile(DOCUMENT, text);
  else console.log(text);
}
