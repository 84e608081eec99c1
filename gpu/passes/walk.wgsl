// Law: force on i = repulsion · q_i · Σ q law(d²) d, where a cell acts as one charge if OPENING times its reach, from its
// centre of charge to its farthest corner, is below θ of the distance of that centre from the box of the group; nearer
// leaves act point by point.
// Grid: one thread per point. The points of a group are one cell of the tree; its threads walk together, meet the same
// cells and never diverge, while each adds up the force at its own place.
// Reads: points, cells, highs, order. Writes: forces.xyz, clears forces.w. Oracle: exactRepulsion in gpu/cpu/oracle.ts.
// Why not a walk of its own for each point: neighbours then load different cells, and wait for each other.
@group(1) @binding(0) var<storage, read> points: array<vec4f>; // x y z charge
@group(1) @binding(1) var<storage, read> cells: array<Cell>;
@group(1) @binding(2) var<storage, read> highs: array<vec4f>;
@group(1) @binding(3) var<storage, read> order: array<u32>;
@group(1) @binding(4) var<storage, read_write> forces: array<vec4f>;

// The walk remembers which children of an opened cell are still to be opened: four bits for each level from 2 up. A word
// holds no more than ROOT_LEVEL of them: above that level it begins at every cell.

fn pull(place: vec3f, source: vec4f) -> vec3f {
  let d = place - source.xyz;
  return d * (source.w * law(dot(d, d)));
}

fn pullOfLeaf(place: vec3f, leaf: u32) -> vec3f {
  var force = vec3f(0.0);
  for (var k = 0u; k < LEAF_POINTS; k++) {
    force += pull(place, points[leaf * LEAF_POINTS + k]);
  }
  return force;
}

struct Group {
  middle: vec3f,
  reach: vec3f, // half of the sides of its box
}

fn groupOf(point: u32) -> Group {
  let at = startOf(GROUP_LEVEL) + point / (LEAF_POINTS << (2u * GROUP_LEVEL));
  let low = cells[at].low.xyz;
  let high = highs[at].xyz;
  return Group(0.5 * (low + high), 0.5 * (high - low));
}

fn isFar(cell: Cell, group: Group) -> bool {
  let away = max(abs(cell.centre.xyz - group.middle) - group.reach, vec3f(0.0));
  return cell.low.w <= job.thetaSquared * (LINEAR_SQUARE + dot(away, away));
}

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
  let group = groupOf(point);
  let rootLevel = min(job.treeTop, ROOT_LEVEL);
  var force = vec3f(0.0);
  for (var root = 0u; root < cellsIn(rootLevel); root++) {
    force += walk(here.xyz, group, rootLevel, root);
  }
  forces[order[point]] = vec4f(force * (job.repulsion * here.w), 0.0);
}
