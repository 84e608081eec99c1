/** Results of benches that run for minutes, kept in files beside them, so that they can be measured part by part. */

/** What was measured in one go, on one graph. */
export interface Measured {
  readonly name: string;
  readonly date: string;
  readonly deno: string;
}

export const today = (): Pick<Measured, "date" | "deno"> => ({
  date: new Date().toISOString().slice(0, 10),
  deno: Deno.version.deno,
});

/** `fresh` takes the place of what has the same name, or comes last. */
export function mergeMeasured<Part extends Measured>(kept: readonly Part[], fresh: Part): Part[] {
  const others = kept.filter(({ name }) => name !== fresh.name);
  const index = kept.findIndex(({ name }) => name === fresh.name);
  return index < 0 ? [...kept, fresh] : others.toSpliced(index, 0, fresh);
}

/** All that was ever measured; nothing where there is no file yet. */
export function readMeasured<Part extends Measured>(path: URL): readonly Part[] {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

export function keepMeasured<Part extends Measured>(path: URL, fresh: Part): void {
  const all = mergeMeasured(readMeasured<Part>(path), fresh);
  Deno.writeTextFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
}
