/** The style sheet's colours: contrast for reading, distance for telling types apart with any colour vision. */
import assert from "node:assert/strict";
import { PERSON_TONES } from "../../../web/state/person.ts";

type Rgb = readonly number[];
const THEMES = ["light", "dark"] as const;

const css = await Deno.readTextFile(new URL("../../../web/tokens.css", import.meta.url));

function colorOf(name: string, theme: typeof THEMES[number]): Rgb {
  const pair = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  assert.ok(pair !== null, `--${name} has a light and a dark colour`);
  const value = parseInt(pair[theme === "light" ? 1 : 2].slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255].map((part) => linear(part / 255));
}

const linear = (value: number) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

/** WCAG 2 contrast of two linear colours. */
function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [a, b].map(([r, g, blue]) => 0.2126 * r + 0.7152 * g + 0.0722 * blue).sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Full dichromacy. Source: Machado, Oliveira and Fernandes 2009, severity 1.0. */
const VISIONS: Readonly<Record<string, readonly Rgb[]>> = {
  full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const times = (matrix: readonly Rgb[], color: Rgb) =>
  matrix.map((row) => row.reduce((sum, k, i) => sum + k * color[i], 0));

/** OKLab of a linear colour. Source: Ottosson 2020. */
function oklab(color: Rgb): Rgb {
  const lms = times([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ], color.map((value) => Math.max(0, value))).map(Math.cbrt);
  return times([
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ], lms);
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(...a.map((value, i) => value - b[i]));

/** In OKLab, 0.02 is about the least difference people see side by side. */
const APART = 0.07;

for (const theme of THEMES) {
  Deno.test(`${theme}: the names of people are readable in their colours`, () => {
    for (let tone = 0; tone < PERSON_TONES; tone++) {
      for (const surface of ["panel", "scene-background"]) {
        const ratio = contrast(colorOf(`person-${tone}`, theme), colorOf(surface, theme));
        assert.ok(ratio >= 4.5, `person-${tone} on ${surface}: ${ratio.toFixed(2)}`);
      }
    }
  });

  Deno.test(`${theme}: text is readable on every surface`, () => {
    for (const surface of ["panel", "raised", "scene-background", "field"]) {
      for (const ink of ["text", "muted", "accent", "bad"]) {
        const ratio = contrast(colorOf(ink, theme), colorOf(surface, theme));
        assert.ok(ratio >= 4.5, `${ink} on ${surface}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(colorOf("on-accent", theme), colorOf("accent", theme)) >= 4.5);
  });

  Deno.test(`${theme}: nodes stand out from the background`, () => {
    for (let slot = 0; slot < 9; slot++) {
      const ratio = contrast(colorOf(`slot-${slot}`, theme), colorOf("scene-background", theme));
      assert.ok(ratio >= 3, `slot ${slot}: ${ratio.toFixed(2)}`);
    }
  });

  Deno.test(`${theme}: types are told apart with any colour vision`, () => {
    for (const [vision, matrix] of Object.entries(VISIONS)) {
      const seen = Array.from({ length: 9 }, (_, slot) => oklab(times(matrix, colorOf(`slot-${slot}`, theme))));
      for (let a = 0; a < 9; a++) {
        for (let b = 0; b < a; b++) {
          const apart = distance(seen[a], seen[b]);
          assert.ok(apart >= APART, `${vision}: slots ${b} and ${a} are ${apart.toFixed(3)} apart`);
        }
      }
    }
  });
}
