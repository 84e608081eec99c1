// Law: the figures of a step, summed over all workgroups of `integrate`.
// Grid: one workgroup. Reads: partials. Writes: one record.
@group(0) @binding(1) var<storage, read> partials: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> records: array<vec2f>; // mean move, scrubbed nodes

var<workgroup> sums: array<vec2f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = (job.nodeCount + WORKGROUP - 1u) / WORKGROUP;
  var sum = vec2f(0.0);
  for (var k = lane; k < count; k += WORKGROUP) {
    sum += partials[k];
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    records[job.recordSlot] = vec2f(sums[0].x / f32(job.nodeCount), sums[0].y);
  }
}
