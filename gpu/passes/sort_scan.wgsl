// Law: counts become starts, each the sum of all counts before it.
// Grid: one workgroup, each thread a contiguous share. Reads and writes: counts.
@group(1) @binding(0) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let total = DIGITS * sorting.blocks;
  let share = (total + WORKGROUP - 1u) / WORKGROUP;
  let begin = min(total, lane * share);
  let end = min(total, begin + share);
  var sum = 0u;
  for (var k = begin; k < end; k++) {
    sum += counts[k];
  }
  addShares(lane, sum);
  var start = shares[lane] - sum;
  for (var k = begin; k < end; k++) {
    let count = counts[k];
    counts[k] = start;
    start += count;
  }
}
