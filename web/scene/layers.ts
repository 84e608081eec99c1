/** What is drawn: nodes, all edges, and the edges of the node in focus once more, wider. */
import {
  BufferAttribute,
  type BufferGeometry,
  BufferGeometry as Geometry,
  CustomBlending,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LineSegments,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  OneMinusSrcColorFactor,
  Points,
  RawShaderMaterial,
  ZeroFactor,
} from "three";
import { LINE_FRAGMENT, LINE_VERTEX, NODE_FRAGMENT, NODE_VERTEX, RIBBON_FRAGMENT, RIBBON_VERTEX } from "./shaders.ts";
import type { SceneUniforms } from "./uniforms.ts";

/** Up to here every edge is a quad of proper width; beyond, hairlines look the same and cost half. */
export const RIBBONS_AT_MOST = 20_000;

/** Where light adds up (dark) or ink does (light): `screen` never exceeds white, however many edges overlap. */
export type EdgeBlending = "screen" | "over";

export interface Layer {
  readonly object: Points | LineSegments | Mesh;
  dispose(): void;
}

function layerOf(object: Points | LineSegments | Mesh, geometry: BufferGeometry, material: RawShaderMaterial): Layer {
  object.frustumCulled = false;
  return {
    object,
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}

/** One vertex per node without any attribute: the shader fetches by vertex id. */
export function createNodeLayer(count: number, uniforms: SceneUniforms): Layer {
  const geometry = new Geometry();
  geometry.setDrawRange(0, count);
  const material = new RawShaderMaterial({
    ...{ glslVersion: GLSL3, vertexShader: NODE_VERTEX, fragmentShader: NODE_FRAGMENT, uniforms },
    alphaToCoverage: true,
    // Not to blend, which coverage does, but to be drawn after the edges: opaque things always come first.
    transparent: true,
    // Coverage has done with alpha: written, it would let the page shine through at every rim.
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: ZeroFactor,
    blendSrcAlpha: ZeroFactor,
    blendDstAlpha: OneFactor,
  });
  const layer = layerOf(new Points(geometry, material), geometry, material);
  layer.object.renderOrder = 2;
  return layer;
}

function edgeMaterial(shaders: { vertexShader: string; fragmentShader: string }, uniforms: object): RawShaderMaterial {
  return new RawShaderMaterial({
    ...shaders,
    glslVersion: GLSL3,
    uniforms: { marked: { value: 0 }, ...uniforms },
    transparent: true,
    depthTest: false,
    depthWrite: false,
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    premultipliedAlpha: true,
  });
}

function createLineLayer(ends: Int32Array, uniforms: SceneUniforms): Layer {
  const geometry = new Geometry();
  const others = new Int32Array(ends.length);
  for (let i = 0; i < ends.length; i++) others[i] = ends[i ^ 1];
  geometry.setAttribute("self", new BufferAttribute(ends, 1));
  geometry.setAttribute("other", new BufferAttribute(others, 1));
  geometry.setDrawRange(0, ends.length);
  const material = edgeMaterial({ vertexShader: LINE_VERTEX, fragmentShader: LINE_FRAGMENT }, uniforms);
  return layerOf(new LineSegments(geometry, material), geometry, material);
}

export interface RibbonStyle {
  /** A uniform of its own, so that layers can differ. Units: device pixels. */
  readonly halfWidth: { value: number };
  /** Behind all nodes, or before all but those in focus. */
  readonly place: "behind" | "lifted";
  /** In the accent colour, whatever is in focus. */
  readonly color?: "accent";
}

export interface RibbonLayer extends Layer {
  /** Shows other edges; the compiled shader stays. Shape: 2 indices per edge. */
  setEnds(ends: Int32Array): void;
}

function createRibbonGeometry(ends: Int32Array): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("corner", new BufferAttribute(new Float32Array([0, -1, 0, 1, 1, -1, 1, 1]), 2));
  geometry.setIndex([0, 2, 1, 1, 2, 3]);
  geometry.setAttribute("ends", new InstancedBufferAttribute(ends, 2));
  geometry.instanceCount = ends.length / 2;
  return geometry;
}

export function createRibbonLayer(ends: Int32Array, uniforms: SceneUniforms, style: RibbonStyle): RibbonLayer {
  const shaders = { vertexShader: RIBBON_VERTEX, fragmentShader: RIBBON_FRAGMENT };
  const lifted = style.place === "lifted", lift = { value: lifted ? 1 : 0 };
  const marked = { value: style.color === "accent" ? 1 : 0 };
  const material = edgeMaterial(shaders, { ...uniforms, halfWidth: style.halfWidth, lift, marked });
  material.depthTest = lifted;
  const mesh = new Mesh(createRibbonGeometry(ends), material);
  mesh.frustumCulled = false;
  mesh.renderOrder = lifted ? 3 : 1;
  return {
    object: mesh,
    setEnds(next) {
      mesh.geometry.dispose();
      mesh.geometry = createRibbonGeometry(next);
    },
    dispose() {
      mesh.geometry.dispose();
      material.dispose();
    },
  };
}

export function createEdgeLayer(ends: Int32Array, uniforms: SceneUniforms, halfWidth: { value: number }): Layer {
  return ends.length / 2 <= RIBBONS_AT_MOST
    ? createRibbonLayer(ends, uniforms, { halfWidth, place: "behind" })
    : createLineLayer(ends, uniforms);
}

export function setEdgeBlending({ object }: Layer, blending: EdgeBlending): void {
  const { material } = object;
  if (!(material instanceof RawShaderMaterial)) return;
  material.blendDst = blending === "screen" ? OneMinusSrcColorFactor : OneMinusSrcAlphaFactor;
}
