// Law: sums of the positions and of their squares.
// Grid: at most MOMENT_GROUPS workgroups, their threads stride over the nodes. Reads: bodies. Writes: two sums per workgroup.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> moments: array<vec4f>; // x y z count, then x² y² z²

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = vec4f(0.0);
  var squares = vec4f(0.0);
  for (var node = workgroup.x * WORKGROUP + lane; node < job.nodeCount; node += groups.x * WORKGROUP) {
    let place = bodies[node].xyz;
    if (finite(dot(place, place))) {
      sum += vec4f(place, 1.0);
      squares += vec4f(place * place, 0.0);
    }
  }
  let first = sumOverWorkgroup(lane, sum);
  let second = sumOverWorkgroup(lane, squares);
  if (lane == 0u) {
    moments[2u * workgroup.x] = first;
    moments[2u * workgroup.x + 1u] = second;
  }
}
