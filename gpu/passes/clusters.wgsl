// Law: the mean position of each cluster.
// Grid: one workgroup per cluster, its threads stride over the members; the sum does not depend on their order.
// Reads: bodies, offsets, members. Writes: centres.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read> offsets: array<u32>;
@group(1) @binding(2) var<storage, read> members: array<u32>;
@group(1) @binding(3) var<storage, read_write> centres: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let cluster = groupIndex(workgroup);
  let real = cluster + 1u < arrayLength(&offsets);
  let begin = select(0u, offsets[cluster], real);
  let end = select(0u, offsets[cluster + 1u], real);
  var sum = vec3f(0.0);
  for (var k = begin + lane; k < end; k += WORKGROUP) {
    sum += bodies[members[k]].xyz;
  }
  let total = sumOverWorkgroup(lane, vec4f(sum, 0.0)).xyz;
  if (lane == 0u && real) {
    centres[cluster] = vec4f(total / f32(end - begin), 0.0);
  }
}
