// Law: the figures of a step, summed over all workgroups of `integrate`.
// Grid: one workgroup. Reads: partials. Writes: one record.
@group(1) @binding(0) var<storage, read> partials: array<vec2f>;
@group(1) @binding(1) var<storage, read_write> records: array<vec2f>; // mean move, scrubbed nodes

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = (job.nodeCount + WORKGROUP - 1u) / WORKGROUP;
  var sum = vec4f(0.0);
  for (var k = lane; k < count; k += WORKGROUP) {
    sum += vec4f(partials[k], 0.0, 0.0);
  }
  sum = sumOverWorkgroup(lane, sum);
  if (lane == 0u) {
    records[job.recordSlot] = vec2f(sum.x / f32(job.nodeCount), sum.y);
  }
}
