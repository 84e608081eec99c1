/** Colours from the style sheet, which is their only home, as numbers for shaders. */
import { SLOTS } from "../state/coloring.ts";
import { PERSON_TONES } from "../state/person.ts";
import type { SceneUniforms } from "./uniforms.ts";

export type Rgb = readonly [red: number, green: number, blue: number];

export interface ThemeColors {
  /** Shape: r g b per slot, 0…1. */
  readonly palette: Float32Array<ArrayBuffer>;
  readonly background: Rgb;
  /** The background once more, as a CSS colour. */
  readonly clear: string;
  readonly accent: Rgb;
  readonly edge: Rgb;
  /** CSS colours of people, by tone. */
  readonly people: readonly string[];
  /** CSS colours for text drawn over the scene. */
  readonly label: string;
  readonly halo: string;
  readonly font: string;
  /** Where light adds up, or where ink does. */
  readonly mode: "dark" | "light";
}

/** Reads 0…1 components out of a computed `rgb(…)` colour. */
export function parseRgb(computed: string): Rgb {
  const parts = computed.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [];
  if (parts.length !== 3) throw new RangeError(`Cannot read the colour "${computed}".`);
  return [parts[0] / 255, parts[1] / 255, parts[2] / 255];
}

/** Resolves the custom properties of `host` by letting a child element wear them. Cost: a style recalculation. */
export function readThemeColors(host: HTMLElement, mode: "dark" | "light"): ThemeColors {
  const probe = host.appendChild(document.createElement("span"));
  const computed = (property: string) => {
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
  };
  const palette = new Float32Array(3 * SLOTS);
  for (let slot = 0; slot < SLOTS; slot++) palette.set(parseRgb(computed(`--slot-${slot}`)), 3 * slot);
  const colors = {
    ...{ palette, mode },
    clear: computed("--scene-background"),
    background: parseRgb(computed("--scene-background")),
    accent: parseRgb(computed("--accent")),
    edge: parseRgb(computed("--scene-edge")),
    people: Array.from({ length: PERSON_TONES }, (_, tone) => computed(`--person-${tone}`)),
    label: computed("--text"),
    halo: computed("--scene-background"),
    font: getComputedStyle(host).fontFamily,
  };
  probe.remove();
  return colors;
}

/** Colours, and how strongly they work, where light adds up or ink does. */
export function setThemeUniforms(u: SceneUniforms, { palette, background, accent, edge, mode }: ThemeColors): void {
  const isDark = mode === "dark";
  u.palette.value = palette;
  u.background.value.set(...background);
  u.accent.value.set(...accent);
  u.ink.value.set(...edge);
  u.gloss.value = isDark ? 0.1 : 0.16;
  u.tint.value = isDark ? 0.78 : 0.5;
  u.dimming.value = isDark ? 0.87 : 0.93;
  u.starlight.value = isDark ? 0.5 : 0.8;
}
