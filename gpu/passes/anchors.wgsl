// Law: the same force on all nodes of a component: strength · (its place − its mean position).
// Grid: one workgroup per large component. Reads: places, large, pieceSums. Writes: anchors.
@group(1) @binding(0) var<storage, read> places: array<vec4f>; // x y z strength
@group(1) @binding(1) var<storage, read> large: array<vec4u>; // component, begin and end in pieceSums, members
@group(1) @binding(2) var<storage, read> pieceSums: array<vec4f>;
@group(1) @binding(3) var<storage, read_write> anchors: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  // A row of workgroups may have more than there are components.
  let component = large[min(groupIndex(workgroup), arrayLength(&large) - 1u)];
  var sum = vec4f(0.0);
  for (var k = component.y + lane; k < component.z; k += WORKGROUP) {
    sum += pieceSums[k];
  }
  sum = sumOverWorkgroup(lane, sum);
  if (lane == 0u) {
    let place = places[component.x];
    anchors[component.x] = vec4f(place.w * (place.xyz - sum.xyz / f32(component.w)), 0.0);
  }
}
