// Law: force on i = repulsion · q_i · Σ_j q_j law(d²) d, all pairs, exact.
// Grid: one thread per row from job.firstRow on; the points pass by in tiles of WORKGROUP through shared memory.
// Reads: bodies. Writes: forces.xyz, clears forces.w. Oracle: exactRepulsion in gpu/cpu/oracle.ts.
// Why not read all points from every thread: the tile divides the memory traffic by the workgroup's size.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>; // x y z charge
@group(1) @binding(1) var<storage, read_write> forces: array<vec4f>;

var<workgroup> tile: array<vec4f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = job.firstRow + workgroup.x * WORKGROUP + lane;
  let here = bodies[min(row, job.nodeCount - 1u)];
  var force = vec3f(0.0);
  for (var first = 0u; first < job.nodeCount; first += WORKGROUP) {
    let source = first + lane;
    // Beyond the end: no charge, no force.
    tile[lane] = select(vec4f(0.0), bodies[min(source, job.nodeCount - 1u)], source < job.nodeCount);
    workgroupBarrier();
    for (var k = 0u; k < WORKGROUP; k++) {
      let d = here.xyz - tile[k].xyz;
      force += d * (tile[k].w * law(dot(d, d)));
    }
    workgroupBarrier();
  }
  if (row < job.nodeCount) {
    forces[row] = vec4f(force * (job.repulsion * here.w), 0.0);
  }
}
