/** What of the layout's table a person is offered, and how a slider's places are spread over a range. */
import type { LayoutParameter, LayoutPreset, LayoutTable } from "../state/app_state.ts";

/** Places of a slider, from one end to the other. */
export const PLACES = 200;

/** Small values get more room: half of the way is a quarter of the range. */
export function placeOf(value: number, { min, max }: Pick<LayoutParameter, "min" | "max">): number {
  return Math.round(PLACES * Math.sqrt((value - min) / (max - min)));
}

/** To two digits, and never beyond the range. */
export function valueAt(place: number, { min, max }: Pick<LayoutParameter, "min" | "max">): number {
  const exact = min + (max - min) * (place / PLACES) ** 2;
  return Math.min(max, Math.max(min, Number(exact.toPrecision(2))));
}

const TITLES = { forces: "Forces", meaning: "Meaning" } as const;

export interface OfferedSection {
  readonly title: string;
  readonly parameters: readonly LayoutParameter[];
}

/** The forces, and of what the graph means what there is in this one. */
export function offeredSections({ parameters }: LayoutTable): OfferedSection[] {
  return (["forces", "meaning"] as const).map((section) => ({
    title: TITLES[section],
    parameters: parameters.filter((row) => row.section === section && row.effective),
  })).filter((section) => section.parameters.length > 0);
}

/** All but the one that resets, and those about something that this graph has nothing of. */
export function offeredPresets({ presets, parameters }: LayoutTable): LayoutPreset[] {
  const about = (name: string) => parameters.find((row) => row.name === name && row.section === "meaning");
  return presets.filter(({ name, values }) => {
    const meant = Object.keys(values).flatMap((parameter) => about(parameter) ?? []);
    return name !== "default" && (meant.length === 0 || meant.some(({ effective }) => effective));
  });
}
