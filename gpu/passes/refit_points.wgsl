// Law: points in curve order, and the cells of the lowest levels from centre of charge, charge and box of what is in them.
// Grid: one workgroup per cell of level BOTTOM_LEVELS − 1, which owns all cells below it.
// Reads: bodies, order. Writes: points, cells, highs. Oracle: a loop over each cell's points.
@group(1) @binding(2) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(3) var<storage, read> order: array<u32>;
@group(1) @binding(4) var<storage, read_write> points: array<vec4f>;

const BOTTOM_LEAVES = 1u << (2u * (BOTTOM_LEVELS - 1u));

// Beyond the end the last point is repeated, without charge; so is one that is not a number, at 0.
fn copyPoint(point: u32) {
  var body = bodies[order[min(point, job.nodeCount - 1u)]];
  if (!finite(dot(body.xyz, body.xyz))) {
    body = vec4f(0.0);
  }
  points[point] = vec4f(body.xyz, select(0.0, body.w, point < job.nodeCount));
}

fn refitLeaf(leaf: u32) {
  var content = emptyContent();
  for (var k = 0u; k < LEAF_POINTS; k++) {
    let point = points[leaf * LEAF_POINTS + k];
    content.moment += vec4f(point.xyz * point.w, point.w);
    content.low = min(content.low, point.xyz);
    content.high = max(content.high, point.xyz);
  }
  writeCell(startOf(0u) + leaf, content);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = groupIndex(workgroup);
  let firstLeaf = group * BOTTOM_LEAVES;
  let endLeaf = min(cellsIn(0u), firstLeaf + BOTTOM_LEAVES);
  for (var point = firstLeaf * LEAF_POINTS + lane; point < endLeaf * LEAF_POINTS; point += WORKGROUP) {
    copyPoint(point);
  }
  storageBarrier();
  for (var leaf = firstLeaf + lane; leaf < endLeaf; leaf += WORKGROUP) {
    refitLeaf(leaf);
  }
  storageBarrier();
  for (var level = 1u; level < min(BOTTOM_LEVELS, job.treeTop + 1u); level++) {
    let first = firstLeaf >> (2u * level);
    let end = min(cellsIn(level), first + (BOTTOM_LEAVES >> (2u * level)));
    for (var cell = first + lane; cell < end; cell += WORKGROUP) {
      refitInnerCell(level, cell);
    }
    storageBarrier();
  }
}
