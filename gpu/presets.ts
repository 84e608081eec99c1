/** Settings of the parameters that are worth a name. */

import { createParams, type Params } from "./params.ts";

export interface Preset {
  readonly label: string;
  readonly meaning: string;
  /** Everything else has its default. */
  readonly values: Partial<Params>;
}

export const presets = {
  default: { label: "Default", meaning: "Every parameter as it is at first.", values: {} },
  spread: {
    label: "Spread",
    meaning: "More room between nodes, for labels and dense graphs.",
    values: { repulsion: 40, nearAttraction: 4 },
  },
  tight: {
    label: "Tight",
    meaning: "Neighbours close together, for an overview.",
    values: { repulsion: 4, attraction: 2 },
  },
  clusters: {
    label: "Clusters",
    meaning: "Nodes gather around the middle of their cluster.",
    values: { repulsion: 20, clusterCohesion: 0.5 },
  },
  layers: {
    label: "Layers",
    meaning: "One plane for each level of the hierarchy, the most general on top.",
    values: { repulsion: 20, layers: 5, layerGap: 8, semanticCharge: 1 },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

export const presetParams = (name: PresetName): Params => createParams(presets[name].values);

/** The preset whose values these are; absent where somebody has changed one. */
export function presetOf(params: Params): PresetName | undefined {
  const given = JSON.stringify(params);
  return Object.keys(presets).filter(isPresetName).find((name) => JSON.stringify(presetParams(name)) === given);
}
