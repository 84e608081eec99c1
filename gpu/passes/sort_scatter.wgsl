// Law: keys and values go where their digit belongs; equal digits keep their order.
// Grid: one workgroup per block of SORT_BLOCK keys, each thread KEYS_PER_THREAD consecutive ones.
// Reads: keysIn, valuesIn, starts. Writes: keysOut, valuesOut.
// Why not a decoupled look-back in one dispatch: it waits for other workgroups, and nothing promises that they run.
@group(1) @binding(0) var<storage, read> keysIn: array<u32>;
@group(1) @binding(1) var<storage, read> valuesIn: array<u32>;
@group(1) @binding(2) var<storage, read> starts: array<u32>;
@group(1) @binding(3) var<storage, read_write> keysOut: array<u32>;
@group(1) @binding(4) var<storage, read_write> valuesOut: array<u32>;

// Counters of digits d and d + 8 share a word, in its low and its high half; a row of words holds one per thread.
const ROWS = DIGITS / 2u;
const ROW_MASK = ROWS - 1u;
var<workgroup> counters: array<u32, ROWS * WORKGROUP>;

fn halfOf(digit: u32) -> u32 {
  return 16u * (digit / ROWS);
}

// Counts become ranks within the block, for both halves at once.
fn scanCounters(lane: u32) {
  let first = lane * ROWS;
  var sum = 0u;
  for (var k = 0u; k < ROWS; k++) {
    sum += counters[first + k];
  }
  addShares(lane, sum);
  // The digits of the high halves come after all of the low ones.
  var rank = shares[lane] - sum + (shares[WORKGROUP - 1u] << 16u);
  for (var k = 0u; k < ROWS; k++) {
    let count = counters[first + k];
    counters[first + k] = rank;
    rank += count;
  }
  workgroupBarrier();
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = groupIndex(workgroup);
  let first = block * SORT_BLOCK + lane * KEYS_PER_THREAD;
  for (var k = 0u; k < ROWS; k++) {
    counters[k * WORKGROUP + lane] = 0u;
  }
  var ranks: array<u32, KEYS_PER_THREAD>;
  for (var k = 0u; k < KEYS_PER_THREAD; k++) {
    if (first + k < sorting.count) {
      let digit = (keysIn[first + k] >> sorting.shift) & (DIGITS - 1u);
      let at = (digit & ROW_MASK) * WORKGROUP + lane;
      ranks[k] = (counters[at] >> halfOf(digit)) & 0xffffu;
      counters[at] += 1u << halfOf(digit);
    }
  }
  workgroupBarrier();
  scanCounters(lane);
  for (var k = 0u; k < KEYS_PER_THREAD; k++) {
    if (first + k < sorting.count) {
      let key = keysIn[first + k];
      let digit = (key >> sorting.shift) & (DIGITS - 1u);
      let row = (digit & ROW_MASK) * WORKGROUP;
      let rank = ((counters[row + lane] >> halfOf(digit)) & 0xffffu) + ranks[k];
      let digitStart = (counters[row] >> halfOf(digit)) & 0xffffu;
      let to = starts[digit * sorting.blocks + block] + rank - digitStart;
      keysOut[to] = key;
      valuesOut[to] = valuesIn[first + k];
    }
  }
}
