// Law: gpu/meaning/meaning.ts, `Constraints`: cluster cohesion, layers by depth, ties between disjoint and equal ends.
// Grid: one thread per node; it gathers its own ties, so nobody else writes its force.
// Reads: bodies, centres, places, offsets, ties. Reads and writes: forces, w being the summed stiffness.
// Oracle: plain loops in tests/gpu/constraint_cases.ts.
struct Place {
  cluster: u32, // beyond the centres: none
  height: f32,
  layered: f32, // 1 where the height counts
}
struct Tie {
  neighbour: u32,
  disjoint: u32,
  weight: f32,
  pull: f32,
}
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> forces: array<vec4f>;
@group(1) @binding(2) var<storage, read> centres: array<vec4f>;
@group(1) @binding(3) var<storage, read> places: array<Place>;
@group(1) @binding(4) var<storage, read> offsets: array<u32>;
@group(1) @binding(5) var<storage, read> ties: array<Tie>;

fn tied(tie: Tie, here: vec3f) -> vec4f {
  let d = bodies[tie.neighbour].xyz - here;
  if (tie.disjoint == 0u) {
    let pull = job.equivalence * tie.weight;
    return vec4f(pull * d, pull);
  }
  let near = tie.weight / (1.0 + dot(d, d));
  let spring = job.nearAttraction * near + job.attraction * tie.pull;
  return vec4f(-(job.disjointness * near + min(1.0, job.disjointness) * spring) * d, 0.0);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = groupIndex(workgroup) * WORKGROUP + lane;
  if (node >= job.nodeCount) {
    return;
  }
  let here = bodies[node].xyz;
  let place = places[node];
  var force = forces[node];
  if (place.cluster < arrayLength(&centres)) {
    force += job.clusterCohesion * vec4f(centres[place.cluster].xyz - here, 1.0);
  }
  force += job.layers * place.layered * vec4f(0.0, job.layerGap * place.height - here.y, 0.0, 1.0);
  for (var k = offsets[node]; k < offsets[node + 1u]; k++) {
    force += tied(ties[k], here);
  }
  forces[node] = force;
}
