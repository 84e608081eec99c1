import { type Limit, type LimitName, LIMITS } from "../../server/limits.ts";

export type ShorterLimits = Readonly<Partial<Record<LimitName, number>>>;

/** Runs `act` while these limits are others, for a server that is opened meanwhile: a real one takes long to reach. */
export async function withLimits(
  values: ShorterLimits,
  act: () => Promise<void>,
): Promise<void> {
  const before = new Map<string, Limit>(Object.entries(LIMITS));
  for (const [name, value] of Object.entries(values)) Object.assign(LIMITS, { [name]: { ...before.get(name), value } });
  try {
    await act();
  } finally {
    Object.assign(LIMITS, Object.fromEntries(before));
  }
}
