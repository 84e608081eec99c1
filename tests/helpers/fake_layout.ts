/** A layout's parameters as a server tells them, without a layout: three sliders, one of them about nothing, one preset. */

import type { LayoutTable } from "../../web/connection/rest_schemas.ts";

const ROWS = [
  { name: "repulsion", section: "forces", label: "Repulsion", effective: true, default: 10, min: 0, max: 100 },
  { name: "clusterCohesion", section: "meaning", label: "Cohesion", effective: true, default: 0, min: 0, max: 10 },
  { name: "layers", section: "meaning", label: "Layers", effective: false, default: 0, min: 0, max: 10 },
  { name: "theta", section: "motion", label: "Accuracy", effective: true, default: 1, min: 0, max: 1.5 },
];

const PRESETS: LayoutTable["presets"] = [
  { name: "default", label: "Default", meaning: "As at first.", values: {} },
  { name: "clusters", label: "Clusters", meaning: "By cluster.", values: { repulsion: 20, clusterCohesion: 0.5 } },
  { name: "layers", label: "Layers", meaning: "By depth.", values: { layers: 2 } },
];

export class FakeLayout {
  /** Bodies of PATCH, in order. */
  readonly asked: Readonly<Record<string, unknown>>[] = [];
  values: Record<string, number> = defaults();
  preset: string | undefined = "default";

  describe(): LayoutTable {
    return {
      preset: this.preset ?? null,
      parameters: ROWS.map((row) => ({
        ...row,
        value: this.values[row.name],
        unit: "things",
        meaning: "What it does.",
      })),
      presets: PRESETS,
    };
  }

  /** Makes a change and answers with the event that tells of it. */
  change(body: Readonly<Record<string, unknown>>, user: string) {
    this.asked.push(body);
    const chosen = PRESETS.find(({ name }) => name === body.preset);
    if (chosen !== undefined) this.values = { ...defaults(), ...chosen.values };
    const names = ROWS.map(({ name }) => name).filter((name) => typeof body[name] === "number");
    for (const name of names) this.values[name] = Number(body[name]);
    this.preset = chosen?.name;
    const change = {
      user,
      participant: body.participant,
      ...(chosen === undefined ? { names } : { preset: chosen.name }),
    };
    return { type: "layout", data: { values: this.values, preset: this.preset, change } };
  }
}

function defaults(): Record<string, number> {
  return Object.fromEntries(ROWS.map((row) => [row.name, row.default]));
}
