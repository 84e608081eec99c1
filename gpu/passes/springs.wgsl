// Law: force on i += Σ_j w (pull_ij · attraction + nearAttraction / (1 + d²)) d, plus the anchor of its component.
// Grid: one thread per node; it gathers its own row, so nobody else writes its force.
// Reads: bodies, offsets, springs, anchors, componentOf. Writes: forces.xyz, and the summed stiffness to forces.w.
// Oracle: exactForces in gpu/cpu/oracle.ts.
struct Spring {
  neighbour: u32,
  weight: f32,
  pull: f32,
}
@group(0) @binding(1) var<storage, read> bodies: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> forces: array<vec4f>;
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read> springs: array<Spring>;
@group(0) @binding(5) var<storage, read> componentOf: array<u32>;
@group(0) @binding(6) var<storage, read> anchors: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = (workgroup.y * WORKGROUPS_PER_ROW + workgroup.x) * WORKGROUP + lane;
  if (node >= job.nodeCount) {
    return;
  }
  let here = bodies[node].xyz;
  var force = forces[node].xyz + anchors[componentOf[node]].xyz;
  var stiffness = 0.0;
  for (var k = offsets[node]; k < offsets[node + 1u]; k++) {
    let spring = springs[k];
    let d = bodies[spring.neighbour].xyz - here;
    let strength = job.nearAttraction * spring.weight / (1.0 + dot(d, d)) + job.attraction * spring.pull;
    force += d * strength;
    stiffness += strength;
  }
  forces[node] = vec4f(force, stiffness);
}
