/** GLSL of the scene. Positions live in textures; geometry carries indices only, so moving costs one upload. */
import { NODES_PER_ROW } from "./frame_slot.ts";

/** Flag bits in the third channel of the look texture. */
export const LOOK_FLAG = { emphasised: 1, pinned: 2, selected: 4, hovered: 8 } as const;

/** Where a node is now: between the last two frames, or in somebody's hand. */
const FETCH = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
uniform sampler2D before;
uniform sampler2D after;
uniform usampler2D look;
uniform float blend;
uniform int heldIndex;
uniform vec3 heldAt;
uniform vec3 palette[16];
uniform vec3 background;
uniform vec3 fog;        // view depth where it starts, 1 / its length, how thick it gets
uniform float focus;     // 0 none … 1 everything else is dimmed
uniform int focusIndex;

vec3 at(sampler2D frame, int index) {
  ivec2 p = ivec2(3 * (index % ${NODES_PER_ROW}), index / ${NODES_PER_ROW});
  return vec3(texelFetch(frame, p, 0).r, texelFetch(frame, p + ivec2(1, 0), 0).r, texelFetch(frame, p + ivec2(2, 0), 0).r);
}
vec3 positionOf(int index) {
  if (index == heldIndex) return heldAt;
  vec3 now = at(after, index);
  return blend >= 1.0 ? now : mix(at(before, index), now, blend);
}
uvec4 lookOf(int index) {
  return texelFetch(look, ivec2(index % ${NODES_PER_ROW}, index / ${NODES_PER_ROW}), 0);
}
float fogAt(float depth) {
  return fog.z * clamp((depth - fog.x) * fog.y, 0.0, 1.0);
}
`;

/**
 * Nodes are point sprites shaded as matte spheres; those in focus come before all others. One too small for its disc keeps a least size and loses
 * brightness instead, like a far star, so that 100,000 of them neither vanish nor clot.
 */
export const NODE_VERTEX = /* glsl */ `${FETCH}
uniform float unit;          // world radius of a node of size 255
uniform float pixelsPerUnit; // at distance 1
uniform float dimming;       // how far a node out of focus steps back
uniform float starlight;     // what is left of the brightness of the smallest
uniform vec2 pointRange;     // least and greatest diameter, device pixels
uniform float dpr;
out vec3 color;
out float radius;            // of the sphere, device pixels
out float extent;            // of the whole sprite, device pixels
out float relief;            // how much it looks like a sphere: far, dimmed and tiny ones are flat
flat out uint flags;

void main() {
  int node = gl_VertexID;
  uvec4 l = lookOf(node);
  flags = l.b;
  vec4 view = viewMatrix * vec4(positionOf(node), 1.0);
  gl_Position = projectionMatrix * view;
  float depth = -view.z;
  float least = pointRange.x;
  if ((flags & 2u) != 0u) least = max(least, 7.0 * dpr);
  if ((flags & 12u) != 0u) least = max(least, 10.0 * dpr);
  float wanted = 2.0 * unit * float(l.g) / 255.0 * pixelsPerUnit / max(depth, 1e-6);
  float diameter = clamp(wanted, least, pointRange.y);
  float faint = clamp(wanted / least, 0.0, 1.0);
  float fade = mix(fogAt(depth), 1.0, (1.0 - starlight) * (1.0 - faint));
  bool bright = (flags & 13u) != 0u;
  fade = mix(fade, bright ? 0.35 * fade : dimming, focus);
  if ((flags & 14u) != 0u && focus < 0.5) fade = 0.0;
  if (bright && focus > 0.0) gl_Position.z = mix(gl_Position.z, 0.1 * gl_Position.z - 0.9 * gl_Position.w, focus);
  color = mix(palette[l.r], background, fade);
  relief = (1.0 - fade) * smoothstep(2.0, 5.0, 0.5 * diameter);
  radius = 0.5 * diameter;
  extent = radius + ((flags & 12u) != 0u ? 5.0 * dpr : 0.0) + 1.0;
  gl_PointSize = 2.0 * extent;
}
`;

export const NODE_FRAGMENT = /* glsl */ `
precision highp float;
in vec3 color;
in float radius;
in float extent;
in float relief;
flat in uint flags;
uniform vec3 background;
uniform vec3 accent;
uniform float dpr;
uniform float gloss;
out vec4 result;

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * extent;
  float r = length(p);
  float disc = clamp(radius - r + 0.5, 0.0, 1.0);
  vec3 shaded = color;
  if (radius > 2.0) {
    float q = min(r / radius, 1.0);
    vec3 normal = vec3(p.x, -p.y, sqrt(max(0.0, radius * radius - r * r))) / radius;
    float light = max(0.0, dot(normal, vec3(-0.42, 0.56, 0.71)));
    shaded = mix(color, color * (0.8 + 0.24 * light) + gloss * pow(light, 16.0), relief);
    shaded = mix(shaded, background, 0.22 * relief * smoothstep(0.84, 1.0, q));
    if ((flags & 2u) != 0u) {
      float hole = clamp(0.52 * radius - r + 0.5, 0.0, 1.0), pin = clamp(0.24 * radius - r + 0.5, 0.0, 1.0);
      shaded = mix(mix(shaded, background, hole), color, pin);
    }
  }
  float alpha = disc;
  if ((flags & 12u) != 0u) {
    float width = ((flags & 4u) != 0u ? 2.0 : 1.25) * dpr;
    float ring = clamp(0.5 * width + 0.5 - abs(r - radius - 3.0 * dpr), 0.0, 1.0);
    shaded = mix(shaded, accent, ring);
    alpha = max(alpha, ring);
  }
  if (alpha < 0.02) discard;
  result = vec4(shaded, alpha);
}
`;

/** What both kinds of edges share: how visible an edge is, by length, depth and focus. */
const EDGE_COMMON = /* glsl */ `
uniform float alpha;
uniform float restLength;
uniform vec3 ink;
uniform float tint;          // how much of the nodes' colours an edge takes
uniform float marked;        // 1: in the accent colour, whatever is in focus
uniform vec3 accent;
out vec4 shade;

vec4 edgeShade(int self, int other, float depth, float edgeLength) {
  vec3 hue = mix(ink, palette[lookOf(self).r], tint);
  bool bright = focus > 0.0 && (self == focusIndex || other == focusIndex);
  float a = alpha * (1.0 - fogAt(depth)) * clamp(1.6 * restLength / max(edgeLength, 1e-6), 0.12, 1.0);
  a = mix(a, bright ? 0.85 : 0.25 * a, focus);
  return mix(vec4(hue, a), vec4(accent, 0.95), marked);
}
`;

/** One hairline per edge, for graphs with many; `other` is the far end of the vertex's own edge. */
export const LINE_VERTEX = /* glsl */ `${FETCH}${EDGE_COMMON}
in int self;
in int other;

void main() {
  vec3 here = positionOf(self), there = positionOf(other);
  vec4 view = viewMatrix * vec4(here, 1.0);
  gl_Position = projectionMatrix * view;
  shade = edgeShade(self, other, -view.z, distance(here, there));
}
`;

/** One quad per edge of a given width on the screen: an instance is an edge, a vertex one of its corners. */
export const RIBBON_VERTEX = /* glsl */ `${FETCH}${EDGE_COMMON}
in vec2 corner;              // x: end, 0 or 1; y: side, -1 or 1
in ivec2 ends;
uniform vec2 viewport;       // device pixels
uniform float halfWidth;     // device pixels
uniform float lift;          // 1: before all nodes but those in focus
out float side;

void main() {
  bool first = corner.x < 0.5;
  int self = first ? ends.x : ends.y, other = first ? ends.y : ends.x;
  vec3 here = positionOf(self), there = positionOf(other);
  vec4 view = viewMatrix * vec4(here, 1.0), far = viewMatrix * vec4(there, 1.0);
  float depth = -view.z;
  const float near = 1e-3;
  if (view.z > -near && far.z < -near) view = mix(view, far, (view.z + near) / (view.z - far.z));
  if (far.z > -near && view.z < -near) far = mix(far, view, (far.z + near) / (far.z - view.z));
  vec4 a = projectionMatrix * view, b = projectionMatrix * far;
  vec2 along = (b.xy / b.w - a.xy / a.w) * viewport;
  vec2 across = length(along) > 1e-6 ? normalize(vec2(-along.y, along.x)) : vec2(0.0, 1.0);
  float reach = halfWidth + 1.0;
  float turn = first ? corner.y : -corner.y;
  a.xy += across * turn * reach * 2.0 / viewport * a.w;
  a.z = mix(a.z, 0.1 * a.z - 0.7 * a.w, lift);
  gl_Position = a;
  side = corner.y * reach;
  shade = edgeShade(self, other, depth, distance(here, there));
}
`;

export const LINE_FRAGMENT = /* glsl */ `
precision highp float;
in vec4 shade;
out vec4 result;
void main() {
  result = vec4(shade.rgb * shade.a, shade.a);
}
`;

export const RIBBON_FRAGMENT = /* glsl */ `
precision highp float;
in vec4 shade;
in float side;
uniform float halfWidth;
out vec4 result;
void main() {
  float a = shade.a * clamp(halfWidth + 0.5 - abs(side), 0.0, 1.0);
  result = vec4(shade.rgb * a, a);
}
`;
