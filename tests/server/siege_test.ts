/**
 * Every attack of `docs/hostile.md` on a real server process: the outcome is the documented one, memory comes back, and
 * an honest client goes on being served. The time limits that some attacks wait for are shorter here.
 */
import assert from "node:assert/strict";
import { ATTACKS } from "../../bench/hostile/all_attacks.ts";
import { type Attack, type Engine, ENGINES, within } from "../../bench/hostile/attack.ts";
import { Onlooker } from "../../bench/hostile/onlooker.ts";
import { besiege, MEMORY_MARGIN_BYTES } from "../../bench/hostile/siege.ts";
import { openVictim, type Victim } from "../../bench/hostile/victim.ts";

/** An answer that comes later, p95, is as good as none. What an attack costs is in the table; here it shares two cores with all the others. */
const LATE_MS = 5000;
const GONE_MS = 10_000;
const SHARE = 0.2;
const PATIENCE = 0.5;

function assertExpected({ name, expected }: Attack, engine: Engine, outcome: string): void {
  assert.match(outcome, expected[engine], `${name} [${engine}]`);
}

async function quickAttacks(engine: Engine, victim: Victim): Promise<void> {
  for (const attack of ATTACKS.filter(({ isPatient }) => !isPatient)) {
    const { outcome, memoryBytes: { before, after }, during } = await besiege(attack, {
      ...victim,
      restMs: 0,
      share: SHARE,
    });
    assertExpected(attack, engine, outcome);
    const grownBy = after - before;
    assert.ok(
      grownBy <= MEMORY_MARGIN_BYTES + (attack.keepsBytes ?? 0),
      `${attack.name} [${engine}]: memory grew by ${grownBy} bytes`,
    );
    if (attack.lacks !== undefined && engine === "deno") continue;
    const answerMs = await within(victim.bystander.answer(), LATE_MS, Infinity);
    const latestMs = Number.isNaN(during.answer) ? answerMs : Math.max(during.answer, answerMs);
    assert.ok(latestMs <= LATE_MS, `${attack.name} [${engine}]: answers took ${latestMs} ms`);
  }
}

/** Those that wait for a time limit wait together, and beside the others. */
async function patientAttacks(engine: Engine, { target }: Victim): Promise<void> {
  const patient = ATTACKS.filter(({ isPatient }) => isPatient);
  await Promise.all(patient.map(async (attack) => assertExpected(attack, engine, await attack.run(target, SHARE))));
}

/** Frames of 360 KB, 60 a second, to each of ten who take none: what is not thrown away would be seen at once. */
Deno.test("what a client does not read costs the server no memory", async () => {
  const victim = await openVictim("ws", { patience: 0.3, nodes: 10_000 });
  const attack = ATTACKS.find(({ name }) => /never read$/.test(name));
  assert.ok(attack !== undefined);
  try {
    const { outcome, memoryBytes: { before, most } } = await besiege(attack, { ...victim, restMs: 0, share: 1 });
    assertExpected(attack, "ws", outcome);
    assert.ok(most - before <= MEMORY_MARGIN_BYTES, `memory grew by ${most - before} bytes`);
  } finally {
    await victim.close();
  }
});

async function allAreGone({ target }: Victim): Promise<void> {
  const onlooker = await Onlooker.connect(target);
  // Its own, and the two of the honest client.
  const areGone = await onlooker.until((count) => count <= 3, GONE_MS);
  await onlooker.close();
  assert.ok(areGone, "sockets of attackers are still counted");
}

Deno.test("every attack on a server process ends as documented, and an honest client goes on", async (test) => {
  await Promise.all(ENGINES.map((engine) =>
    test.step({
      name: engine,
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
      async fn() {
        const victim = await openVictim(engine, { patience: PATIENCE });
        try {
          await Promise.all([patientAttacks(engine, victim), quickAttacks(engine, victim)]);
          await allAreGone(victim);
        } finally {
          await victim.close();
        }
      },
    })
  ));
});
