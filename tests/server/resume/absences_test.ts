import assert from "node:assert/strict";
import { LIMITS } from "../../../server/limits.ts";
import { Absences } from "../../../server/resume/absences.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function waitingRoom() {
  const clock = new FakeClock(), absences = new Absences(clock), ended: string[] = [];
  const absentee = (name: string, account = 1) => ({ options: { account }, end: () => void ended.push(name) });
  return { clock, absences, ended, absentee };
}

Deno.test("[RES-3] who does not come back in time has gone; who does is not ended", () => {
  const { clock, absences, ended, absentee } = waitingRoom(), ada = absentee("ada"), grace = absentee("grace", 2);
  assert.ok(absences.add(ada) && absences.add(grace));
  clock.advance(LIMITS.absenceMs.value - 1);
  absences.delete(grace);
  assert.deepEqual([absences.size, ended], [1, []]);
  clock.advance(1);
  assert.deepEqual([absences.size, ended, clock.pending], [0, ["ada"], 0]);
  absences.delete(ada);
  assert.equal(absences.size, 0);
});

Deno.test("[RES-8] of one account the one longest away gives way, and nobody else", () => {
  const { absences, ended, absentee } = waitingRoom(), most = LIMITS.absencesPerUser.value;
  absences.add(absentee("other", 2));
  for (let added = 0; added < most + 2; added++) absences.add(absentee(`${added}`));
  assert.deepEqual([absences.size, ended], [most + 1, ["0", "1"]]);
});

Deno.test("[RES-8] of all accounts together nobody gives way for another", () => {
  const { clock, absences, ended, absentee } = waitingRoom(), most = LIMITS.absences.value;
  for (let account = 0; account < most; account++) assert.ok(absences.add(absentee("", account)));
  assert.ok(!absences.add(absentee("late", most)));
  assert.deepEqual([absences.size, ended], [most, []]);
  absences.close();
  assert.deepEqual([absences.size, ended.length, clock.pending], [0, most, 0]);
});
