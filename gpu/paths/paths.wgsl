// Law: distance(v) = min over arcs u→v of distance(u) + length, in f32, from 0 at the source.
// Grid: one thread per node; a node whose distance has fallen offers it along its arcs in the next sweep.
// Reads: offsets, targets, lengths. Writes: distances, stamps, parents, progress.
// Oracle: Dijkstra in tests/gpu/paths/oracle.ts.
// Why not floats: WGSL has no atomic<f32>. Floats of 0 and more, as bits, are ordered like unsigned integers.
// Why one result: a sum never falls below what it starts from, so the least distances do not depend on who comes first.
struct Job {
  nodeCount: u32,
  source: u32,
  sweep: u32,
  hops: u32, // 1: every arc counts 1
}
const UNREACHED = 0x7f800000u; // +∞
const NONE = 0xffffffffu;
const OPEN = 0xffffffffu;
// Slots of progress.
const FRONT = 0u;  // the last sweep that has something to do
const LEVEL = 1u;  // 1: there are nodes as far as all that lead to them
const ROUND = 2u;  // the last round that has something to do

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<u32>;
@group(0) @binding(3) var<storage, read> lengths: array<f32>;
@group(0) @binding(4) var<storage, read_write> distances: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> stamps: array<atomic<u32>>;
@group(0) @binding(6) var<storage, read_write> parents: array<atomic<u32>>;
@group(0) @binding(7) var<storage, read_write> progress: array<atomic<u32>, 3>;

fn nodeOf(workgroup: vec3u, lane: u32) -> u32 {
  return (workgroup.y * WORKGROUPS_PER_ROW + workgroup.x) * WORKGROUP + lane;
}

fn beyond(here: u32, arc: u32) -> u32 {
  return bitcast<u32>(bitcast<f32>(here) + select(lengths[arc], 1.0, job.hops == 1u));
}

@compute @workgroup_size(WORKGROUP)
fn begin(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node >= job.nodeCount) {
    return;
  }
  let isSource = node == job.source;
  atomicStore(&distances[node], select(UNREACHED, 0u, isSource));
  atomicStore(&stamps[node], select(0u, 1u, isSource));
  if (isSource) {
    atomicStore(&progress[FRONT], 1u);
    atomicStore(&progress[LEVEL], 0u);
    atomicStore(&progress[ROUND], 1u);
  }
}

// A node is stamped with the sweep in which it has to offer its distance. One that falls once more within the sweep is
// stamped anew, so no fall is missed, whichever thread is first.
@compute @workgroup_size(WORKGROUP)
fn relax(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node >= job.nodeCount || atomicLoad(&stamps[node]) != job.sweep) {
    return;
  }
  let here = atomicLoad(&distances[node]);
  var found = false;
  for (var arc = offsets[node]; arc < offsets[node + 1u]; arc++) {
    let reached = targets[arc];
    let there = beyond(here, arc);
    if (there < atomicLoad(&distances[reached]) && there < atomicMin(&distances[reached], there)) {
      atomicStore(&stamps[reached], job.sweep + 1u);
      found = true;
    }
  }
  if (found) {
    atomicMax(&progress[FRONT], job.sweep + 1u);
  }
}

// Whether the last sweep so far has found all distances. Before that, parents would be found in vain, and stamps lost.
fn isOver() -> bool {
  return atomicLoad(&progress[FRONT]) <= job.sweep;
}

@compute @workgroup_size(WORKGROUP)
fn orphan(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node < job.nodeCount && isOver()) {
    atomicStore(&parents[node], NONE);
  }
}

@compute @workgroup_size(WORKGROUP)
fn adopt(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node >= job.nodeCount || !isOver()) {
    return;
  }
  let here = atomicLoad(&distances[node]);
  if (here == UNREACHED) {
    return;
  }
  for (var arc = offsets[node]; arc < offsets[node + 1u]; arc++) {
    let reached = targets[arc];
    let there = atomicLoad(&distances[reached]);
    if (here < there && beyond(here, arc) == there) {
      atomicMin(&parents[reached], node);
    }
  }
}

// From here on a stamp is the round in which a node hands its level on: 1 where it has a nearer parent or is the source.
@compute @workgroup_size(WORKGROUP)
fn sort(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node >= job.nodeCount || !isOver()) {
    return;
  }
  let reached = atomicLoad(&distances[node]) != UNREACHED;
  let settled = node == job.source || atomicLoad(&parents[node]) != NONE;
  if (reached && !settled) {
    atomicStore(&progress[LEVEL], 1u);
  }
  atomicStore(&stamps[node], select(0u, select(OPEN, 1u, settled), reached));
}

// All that write a stamp in a round write the same one.
@compute @workgroup_size(WORKGROUP)
fn level(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = nodeOf(workgroup, lane);
  if (node >= job.nodeCount || atomicLoad(&stamps[node]) != job.sweep) {
    return;
  }
  let here = atomicLoad(&distances[node]);
  for (var arc = offsets[node]; arc < offsets[node + 1u]; arc++) {
    let reached = targets[arc];
    let there = atomicLoad(&distances[reached]);
    if (here == there && beyond(here, arc) == there && atomicLoad(&stamps[reached]) > job.sweep) {
      atomicStore(&stamps[reached], job.sweep + 1u);
      atomicMin(&parents[reached], node);
      atomicMax(&progress[ROUND], job.sweep + 1u);
    }
  }
}
