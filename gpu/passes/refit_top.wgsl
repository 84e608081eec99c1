// Law: the cells from level BOTTOM_LEVELS up, from their children. Grid: one workgroup, level by level.
// Reads and writes: cells, highs.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var level = BOTTOM_LEVELS; level <= job.treeTop; level++) {
    for (var cell = lane; cell < cellsIn(level); cell += WORKGROUP) {
      refitInnerCell(level, cell);
    }
    storageBarrier();
  }
}
