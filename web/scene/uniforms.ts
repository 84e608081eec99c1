/** Uniforms that every layer shares by reference: set once, seen by all. */
import {
  DataTexture,
  FloatType,
  type IUniform,
  RedFormat,
  RGBAIntegerFormat,
  UnsignedByteType,
  Vector2,
  Vector3,
} from "three";
import { type FrameBuffer, NODES_PER_ROW, textureRows } from "./frame_slot.ts";
import { SLOTS } from "../state/coloring.ts";

export function createUniforms() {
  return {
    before: { value: null } as IUniform<DataTexture | null>,
    after: { value: null } as IUniform<DataTexture | null>,
    look: { value: null } as IUniform<DataTexture | null>,
    blend: { value: 1 },
    heldIndex: { value: -1 },
    heldAt: { value: new Vector3() },
    palette: { value: new Float32Array(3 * SLOTS) },
    background: { value: new Vector3() },
    accent: { value: new Vector3() },
    ink: { value: new Vector3() },
    fog: { value: new Vector3(0, 1, 0) },
    focus: { value: 0 },
    focusIndex: { value: -1 },
    unit: { value: 0.25 },
    pixelsPerUnit: { value: 1 },
    pointRange: { value: new Vector2(2, 256) },
    dpr: { value: 1 },
    dimming: { value: 0.88 },
    starlight: { value: 0.5 },
    gloss: { value: 0.1 },
    alpha: { value: 0.3 },
    restLength: { value: 1 },
    tint: { value: 0.5 },
    viewport: { value: new Vector2(1, 1) },
  };
}

export type SceneUniforms = ReturnType<typeof createUniforms>;

/**
 * A texture that is uploaded straight from a frame's positions.
 * Shape: x, y, z of a node in three texels side by side; 32-bit floats, because that is how they arrive.
 */
export function createPositionTexture(frame: FrameBuffer): DataTexture {
  const rows = textureRows(frame.count);
  const texture = new DataTexture(frame.positions, 3 * NODES_PER_ROW, rows, RedFormat, FloatType);
  texture.internalFormat = "R32F";
  texture.needsUpdate = true;
  return texture;
}

/** Four bytes per node: palette slot, size, flags, unused. */
export function createLookTexture(bytes: Uint8Array, count: number): DataTexture {
  const texture = new DataTexture(bytes, NODES_PER_ROW, textureRows(count), RGBAIntegerFormat, UnsignedByteType);
  texture.internalFormat = "RGBA8UI";
  texture.needsUpdate = true;
  return texture;
}
