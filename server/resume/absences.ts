import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";

/** Somebody whose connection was lost. */
export interface Absentee {
  readonly options: { readonly account: number };
  /** It does not come back. */
  end(): void;
}

/** Who is away and may come back, for a while: so many of one account, of whom the longest away gives way, and in all. */
export class Absences {
  /** By account, the longest away first; how to stop waiting for each. */
  readonly #byAccount = new Map<number, Map<Absentee, () => void>>();
  #size = 0;

  constructor(private readonly clock: Pick<Clock, "after">) {}

  get size(): number {
    return this.#size;
  }

  /** False where too many are away already: then it has to end. */
  add(absentee: Absentee): boolean {
    const { account } = absentee.options, others = this.#byAccount.get(account) ?? new Map<Absentee, () => void>();
    const [longest] = others.keys();
    if (longest !== undefined && others.size >= LIMITS.absencesPerUser.value) this.#end(longest);
    if (this.#size >= LIMITS.absences.value) return false;
    this.#byAccount.set(
      account,
      others.set(absentee, this.clock.after(LIMITS.absenceMs.value, () => this.#end(absentee))),
    );
    this.#size++;
    return true;
  }

  #end(absentee: Absentee): void {
    this.delete(absentee);
    absentee.end();
  }

  /** It is back, or has ended. */
  delete(absentee: Absentee): void {
    const { account } = absentee.options, others = this.#byAccount.get(account), cancel = others?.get(absentee);
    if (others === undefined || cancel === undefined) return;
    cancel();
    others.delete(absentee);
    if (others.size === 0) this.#byAccount.delete(account);
    this.#size--;
  }

  /** Nobody is waited for any more. */
  close(): void {
    for (const others of [...this.#byAccount.values()]) for (const absentee of [...others.keys()]) this.#end(absentee);
  }
}
