// Law: the same force on all nodes of a component: strength · (its place − its mean position).
// Grid: one workgroup per component, its threads stride over the members.
// Reads: bodies, members, offsets, places. Writes: anchors.
@group(0) @binding(1) var<storage, read> bodies: array<vec4f>;
@group(0) @binding(2) var<storage, read> members: array<u32>;
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<vec4f>; // x y z strength
@group(0) @binding(5) var<storage, read_write> anchors: array<vec4f>;

var<workgroup> sums: array<vec3f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let component = workgroup.y * WORKGROUPS_PER_ROW + workgroup.x;
  let real = component < job.componentCount;
  let begin = select(0u, offsets[component], real);
  let end = select(0u, offsets[component + 1u], real);
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
    let place = places[component];
    anchors[component] = vec4f(place.w * (place.xyz - sums[0] / f32(end - begin)), 0.0);
  }
}
