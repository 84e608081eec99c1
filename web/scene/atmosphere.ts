/** Depth and density: how far fog reaches and how faint edges are, so that neither 77 nor 100,000 nodes turn to mush. */
import type { PerspectiveCamera } from "three";
import type { GraphView } from "./graph_view.ts";
import type { ThemeColors } from "./theme_colors.ts";
import type { SceneUniforms } from "./uniforms.ts";

/** Edge opacity where edges cover the layout's disc exactly once; it falls as the cover grows. */
const ALPHA_AT_FULL_COVER = { dark: 0.34, light: 0.4 } as const;
const ALPHA_FALL = 0.65;
const LEAST_ALPHA = 0.012, GREATEST_ALPHA = 0.62;
/** Least diameter of a node in CSS pixels; it shrinks where that many nodes would hide everything behind them. */
const SMALLEST_PX = { few: 2, many: 1 } as const, LEAST_COVER = 2.4;
/** Greatest diameter of a node in CSS pixels. */
const LARGEST_PX = 220;
/** A handful of nodes needs little fog to be read, thousands much. */
const THINNEST_FOG = 0.25, FOG_PER_DECADE = 0.25, THICKEST_FOG = 0.82;
/** The dense part of a layout's disc, as a share of its radius. */
const DENSE_SHARE = 0.62;

export interface Viewport {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
}

/** Sets everything that depends on how large the scene is on the screen. */
export function setViewport(uniforms: SceneUniforms, { width, height, dpr }: Viewport): void {
  uniforms.dpr.value = dpr;
  uniforms.viewport.value.set(width * dpr, height * dpr);
  uniforms.pointRange.value.y = LARGEST_PX * dpr;
}

/** Sets everything that depends on where the camera stands. Cost: constant. */
export function setAtmosphere(
  uniforms: SceneUniforms,
  scene: { camera: PerspectiveCamera; view: GraphView; viewport: Viewport; mode: ThemeColors["mode"] },
): void {
  const { camera, view, viewport, mode } = scene, { x, y, z, radius } = view.extent;
  const eye = camera.position, distance = Math.hypot(eye.x - x, eye.y - y, eye.z - z);
  const pixelsPerUnit = viewport.height * camera.projectionMatrix.elements[5] / 2;
  const start = Math.max(0.15 * radius, distance - 0.75 * radius);
  const thickness = Math.min(THICKEST_FOG, THINNEST_FOG + FOG_PER_DECADE * Math.log10(1 + view.topology.count / 100));
  uniforms.fog.value.set(start, 1 / Math.max(1e-6, distance + 1.1 * radius - start), thickness);
  uniforms.pixelsPerUnit.value = pixelsPerUnit * viewport.dpr;
  const scale = pixelsPerUnit / Math.max(distance, 0.35 * radius);
  const edges = view.topology.ends.length / 2, disc = Math.PI * (DENSE_SHARE * radius * scale) ** 2;
  const room = LEAST_COVER * disc / Math.max(1, view.topology.count);
  uniforms.pointRange.value.x = viewport.dpr * Math.min(SMALLEST_PX.few, Math.max(SMALLEST_PX.many, Math.sqrt(room)));
  const cover = edges * view.restLength * scale / Math.max(1, disc);
  const alpha = ALPHA_AT_FULL_COVER[mode] / Math.max(cover, 1e-6) ** ALPHA_FALL;
  uniforms.alpha.value = Math.min(GREATEST_ALPHA, Math.max(LEAST_ALPHA, alpha));
}
