// Law: values[i] = hash, STAMP_ROUNDS times over, of seed ^ i: what nobody can have written before, and a while of work.
// Grid: one thread per value. Writes: values. Oracle: stampOf in stamp.ts.
@group(1) @binding(0) var<storage, read_write> values: array<u32>;

fn hash(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let at = groupIndex(workgroup) * WORKGROUP + lane;
  if (at >= STAMP_VALUES) {
    return;
  }
  var value = stamp.seed ^ at;
  for (var round = 0u; round < STAMP_ROUNDS; round++) {
    value = hash(value);
  }
  values[at] = value;
}
