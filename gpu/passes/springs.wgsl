// Law: force on i += Σ_j w (pull_ij · attraction + nearAttraction / (1 + d²)) d, plus the anchor of its component.
// Grid: one thread per node; it gathers its own row, so nobody else writes its force.
// Reads: bodies, springs, rows, pieceSums, anchors. Writes: forces.xyz, and the summed stiffness to forces.w.
// Oracle: plainSprings in tests/gpu/plain_forces.ts.
@group(1) @binding(2) var<storage, read> rows: array<vec4u>; // begin, end, component; 1 where it is of pieces
@group(1) @binding(3) var<storage, read> pieceSums: array<vec4f>;
@group(1) @binding(4) var<storage, read> anchors: array<vec4f>;
@group(1) @binding(5) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = groupIndex(workgroup) * WORKGROUP + lane;
  if (node >= job.nodeCount) {
    return;
  }
  let place = bodies[node].xyz;
  let row = rows[node];
  var sum = vec4f(0.0);
  if (row.w == 1u) {
    for (var k = row.x; k < row.y; k++) {
      sum += pieceSums[k];
    }
  } else {
    for (var k = row.x; k < row.y; k++) {
      sum += pullOfSpring(place, springs[k]);
    }
  }
  forces[node] = vec4f(forces[node].xyz + anchors[row.z].xyz + sum.xyz, sum.w);
}
