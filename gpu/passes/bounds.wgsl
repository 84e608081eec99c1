// Law: the corners of all that has a position.
// Grid: at most BOUND_GROUPS workgroups, their threads stride over the nodes. Reads: bodies. Writes: two corners per workgroup.
// Oracle: fitBox in protocol/graph/q1/box.ts.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> corners: array<vec4f>; // low, high

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var bounds = noBounds();
  for (var node = workgroup.x * WORKGROUP + lane; node < rounding.nodeCount; node += groups.x * WORKGROUP) {
    let place = bodies[node].xyz;
    // Axis by axis: a coordinate that is none takes nothing from the others.
    for (var axis = 0u; axis < 3u; axis++) {
      if (finite(place[axis]) && abs(place[axis]) < FARTHEST) {
        bounds.low[axis] = min(bounds.low[axis], place[axis]);
        bounds.high[axis] = max(bounds.high[axis], place[axis]);
      }
    }
  }
  let all = boundsOverWorkgroup(lane, bounds);
  if (lane == 0u) {
    corners[2u * workgroup.x] = vec4f(all.low, 0.0);
    corners[2u * workgroup.x + 1u] = vec4f(all.high, 0.0);
  }
}
