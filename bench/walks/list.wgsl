// Law: that of gpu/passes/walk.wgsl, in its place.
// Grid: one workgroup per group of 32 points. Its threads look at 32 cells at a time, one each, and write down those that
// are far and the leaves that are near; then each adds up that list at its own place.
// Why not: it looks at a cell once and not 32 times, and pays with three barriers for every eight cells it opens.
const LANES = 32u;
const OPENED = LANES / 4u; // at a time: with their four children each
// At most 32 of each level wait, since what was put down last is taken up first.
const WAITING = 384u;
const LEVEL_SHIFT = 28u;

var<workgroup> waiting: array<u32, WAITING>; // opened cells: level, index
var<workgroup> waitingCount: u32;
var<workgroup> farCells: array<vec4f, LANES>;
var<workgroup> nearLeaves: array<u32, LANES>;
var<workgroup> far: atomic<u32>; // one bit per thread, as the two below
var<workgroup> nearInner: atomic<u32>;
var<workgroup> nearLeaf: atomic<u32>;

// The forces of all that lies in the cells that wait.
fn sumOf(lane: u32, place: vec3f, group: Group) -> vec3f {
  var force = vec3f(0.0);
  loop {
    let count = workgroupUniformLoad(&waitingCount);
    if (count == 0u) {
      break;
    }
    let opened = min(count, OPENED);
    let bit = 1u << lane;
    var level = 0u;
    var index = 0u;
    var centre = vec4f(0.0);
    if (lane < 4u * opened) {
      let parent = waiting[count - 1u - lane / 4u];
      level = (parent >> LEVEL_SHIFT) - 1u;
      index = 4u * (parent & ((1u << LEVEL_SHIFT) - 1u)) + lane % 4u;
      let cell = cells[startOf(level) + index];
      centre = cell.centre;
      if (isFar(cell, group)) {
        atomicOr(&far, bit);
      } else if (level > 0u) {
        atomicOr(&nearInner, bit);
      } else {
        atomicOr(&nearLeaf, bit);
      }
    }
    workgroupBarrier();
    let farBits = atomicLoad(&far);
    let innerBits = atomicLoad(&nearInner);
    let leafBits = atomicLoad(&nearLeaf);
    let before = bit - 1u;
    if ((farBits & bit) != 0u) {
      farCells[countOneBits(farBits & before)] = centre;
    } else if ((innerBits & bit) != 0u) {
      waiting[count - opened + countOneBits(innerBits & before)] = (level << LEVEL_SHIFT) | index;
    } else if ((leafBits & bit) != 0u) {
      nearLeaves[countOneBits(leafBits & before)] = index;
    }
    workgroupBarrier();
    if (lane == 0u) {
      waitingCount = count - opened + countOneBits(innerBits);
      atomicStore(&far, 0u);
      atomicStore(&nearInner, 0u);
      atomicStore(&nearLeaf, 0u);
    }
    for (var k = 0u; k < countOneBits(farBits); k++) {
      force += pull(place, farCells[k]);
    }
    for (var k = 0u; k < countOneBits(leafBits); k++) {
      force += pullOfLeaf(place, nearLeaves[k]);
    }
  }
  return force;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = groupIndex(workgroup) * LANES;
  if (first >= job.nodeCount) {
    return;
  }
  let point = min(first + lane, job.nodeCount - 1u);
  let here = points[point];
  let group = groupOf(first, here.xyz);
  let rootLevel = min(job.treeTop, ROOT_LEVEL);
  var force = vec3f(0.0);
  for (var root = 0u; root < cellsIn(rootLevel); root++) {
    if (lane == 0u) {
      waiting[0] = (rootLevel << LEVEL_SHIFT) | root;
      waitingCount = 1u;
    }
    force += sumOf(lane, here.xyz, group);
  }
  if (first + lane < job.nodeCount) {
    forces[order[point]] = vec4f(force * (job.repulsion * here.w), 0.0);
  }
}
