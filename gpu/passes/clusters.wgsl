// Law: the mean position of each cluster.
// Grid: one workgroup per cluster, its threads stride over the members; the sum does not depend on their order.
// Reads: bodies, offsets, members. Writes: centres.
@group(0) @binding(1) var<storage, read> bodies: array<vec4f>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>;
@group(0) @binding(3) var<storage, read> members: array<u32>;
@group(0) @binding(4) var<storage, read_write> centres: array<vec4f>;

var<workgroup> sums: array<vec3f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let cluster = workgroup.y * WORKGROUPS_PER_ROW + workgroup.x;
  let real = cluster + 1u < arrayLength(&offsets);
  let begin = select(0u, offsets[cluster], real);
  let end = select(0u, offsets[cluster + 1u], real);
  var sum = vec3f(0.0);
  for (var k = begin + lane; k < end; k += WORKGROUP) {
    sum += bodies[members[k]].xyz;
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0u && real) {
    centres[cluster] = vec4f(sums[0] / f32(end - begin), 0.0);
  }
}
