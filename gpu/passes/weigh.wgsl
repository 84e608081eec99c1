// Law: every node takes on its charge and one over its mass.
// Grid: one thread per node; before the first step there are no step values to read a count from.
// Reads: weights. Reads and writes: bodies.w, velocities.w.
@group(1) @binding(0) var<storage, read> weights: array<vec2f>; // charge, 1 / mass, 0 where held
@group(1) @binding(1) var<storage, read_write> bodies: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> velocities: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = groupIndex(workgroup) * WORKGROUP + lane;
  if (node < arrayLength(&weights)) {
    bodies[node].w = weights[node].x;
    velocities[node].w = weights[node].y;
  }
}
