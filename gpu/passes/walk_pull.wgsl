// What every form of the walk reads and writes, and how a point is pushed by a charge and by the points of a leaf.
@group(1) @binding(0) var<storage, read> points: array<vec4f>; // x y z charge
@group(1) @binding(1) var<storage, read> cells: array<Cell>;
@group(1) @binding(2) var<storage, read> highs: array<vec4f>;
@group(1) @binding(3) var<storage, read> order: array<u32>;
@group(1) @binding(4) var<storage, read_write> forces: array<vec4f>;

fn pull(place: vec3f, source: vec4f) -> vec3f {
  let d = place - source.xyz;
  return d * (source.w * law(dot(d, d)));
}

fn pullOfLeaf(place: vec3f, leaf: u32) -> vec3f {
  var force = vec3f(0.0);
  for (var k = 0u; k < LEAF_POINTS; k++) {
    force += pull(place, points[leaf * LEAF_POINTS + k]);
  }
  return force;
}
