// Law: how often each digit occurs in each block of the keys.
// Grid: one workgroup per block of SORT_BLOCK keys. Reads: keys. Writes: counts, digit by digit.
@group(1) @binding(0) var<storage, read> keys: array<u32>;
@group(1) @binding(1) var<storage, read_write> counts: array<u32>;

var<workgroup> found: array<atomic<u32>, DIGITS>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = groupIndex(workgroup);
  if (lane < DIGITS) {
    atomicStore(&found[lane], 0u);
  }
  workgroupBarrier();
  let end = min(sorting.count, (block + 1u) * SORT_BLOCK);
  for (var i = block * SORT_BLOCK + lane; i < end; i += WORKGROUP) {
    atomicAdd(&found[(keys[i] >> sorting.shift) & (DIGITS - 1u)], 1u);
  }
  workgroupBarrier();
  if (lane < DIGITS && block < sorting.blocks) {
    counts[lane * sorting.blocks + block] = atomicLoad(&found[lane]);
  }
}
