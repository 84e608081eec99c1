// Law: force on i = repulsion · q_i · Σ q law(d²) d, where a cell that is far by walk_group.wgsl acts as one charge; nearer
// leaves act point by point.
// Grid: one thread per point. The threads of a group walk together, meet the same cells and never diverge, while each
// adds up the force at its own place.
// Reads: points, cells, highs, order. Writes: forces.xyz, clears forces.w. Oracle: exactRepulsion in gpu/cpu/oracle.ts.
// Why not a walk of its own for each point: neighbours then load different cells, and wait for each other.
// The walk remembers which children of an opened cell are still to be opened: four bits for each level from 2 up. A word
// holds no more than ROOT_LEVEL of them: above that level it begins at every cell.

// All that lies in one cell at the root level.
fn walk(place: vec3f, group: Group, rootLevel: u32, root: u32) -> vec3f {
  var force = vec3f(0.0);
  var level = rootLevel;
  var index = root;
  var pending = 0u;
  loop {
    let first = 4u * index;
    let start = startOf(level - 1u) + first;
    var near = 0u;
    // Beyond the last cell there are empty ones, all zero, which are far from everything.
    for (var k = 0u; k < 4u; k++) {
      let cell = cells[start + k];
      if (isFar(cell, group)) {
        force += pull(place, cell.centre);
      } else {
        near |= 1u << k;
      }
    }
    if (level > 1u) {
      pending |= near << (4u * (level - 2u));
    } else {
      for (; near != 0u; near &= near - 1u) {
        force += pullOfLeaf(place, first + countTrailingZeros(near));
      }
    }
    if (pending == 0u) {
      break;
    }
    let bit = countTrailingZeros(pending);
    pending &= pending - 1u;
    let parent = 2u + bit / 4u;
    index = 4u * (index >> (2u * (parent - level))) + bit % 4u;
    level = parent - 1u;
  }
  return force;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let point = groupIndex(workgroup) * WORKGROUP + lane;
  if (point >= job.nodeCount) {
    return;
  }
  let here = points[point];
  let group = groupOf(point, here.xyz);
  let rootLevel = min(job.treeTop, ROOT_LEVEL);
  var force = vec3f(0.0);
  for (var root = 0u; root < cellsIn(rootLevel); root++) {
    force += walk(here.xyz, group, rootLevel, root);
  }
  forces[order[point]] = vec4f(force * (job.repulsion * here.w), 0.0);
}
