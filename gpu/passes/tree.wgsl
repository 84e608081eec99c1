// A complete 4-ary tree over points in curve order, leaves of LEAF_POINTS at level 0. Its shape follows from the number
// of points: the cells of a level lie side by side, a cell's children are 4 i … 4 i + 3 one level below.
struct Cell {
  centre: vec4f, // centre of charge, charge
  low: vec4f, // lowest corner, square of the distance within which θ = 1 opens it
}

fn cellsIn(level: u32) -> u32 {
  return (job.nodeCount + (LEAF_POINTS << (2u * level)) - 1u) / (LEAF_POINTS << (2u * level));
}

// The levels above have 1 + 4 + 16 + … cells: every second bit. Starting at 3 puts four siblings on one cache line.
fn startOf(level: u32) -> u32 {
  return 3u + (0x55555555u & ((1u << (2u * (job.treeTop - level))) - 1u));
}
