// Law: the summed positions of one piece of a component. A piece that is a whole component gives its anchor at once.
// Grid: one workgroup per piece of a large component, then one thread per small component.
// Reads: bodies, members, places, pieces. Writes: pieceSums, anchors.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read> members: array<u32>;
@group(1) @binding(2) var<storage, read> places: array<vec4f>; // x y z strength
@group(1) @binding(3) var<storage, read> pieces: array<vec4u>; // component, begin and end in members
@group(1) @binding(4) var<storage, read_write> pieceSums: array<vec4f>;
@group(1) @binding(5) var<storage, read_write> anchors: array<vec4f>;

fn sumLargePiece(piece: u32, lane: u32) {
  var sum = vec4f(0.0);
  for (var k = pieces[piece].y + lane; k < pieces[piece].z; k += WORKGROUP) {
    sum += vec4f(bodies[members[k]].xyz, 0.0);
  }
  sum = sumOverWorkgroup(lane, sum);
  if (lane == 0u) {
    pieceSums[piece] = sum;
  }
}

fn anchorSmallComponent(piece: u32) {
  let component = pieces[piece].x;
  let begin = pieces[piece].y;
  let end = pieces[piece].z;
  var sum = vec3f(0.0);
  for (var k = begin; k < end; k++) {
    sum += bodies[members[k]].xyz;
  }
  let place = places[component];
  anchors[component] = vec4f(place.w * (place.xyz - sum / f32(end - begin)), 0.0);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = groupIndex(workgroup);
  if (group < job.largePieces) {
    sumLargePiece(group, lane);
    return;
  }
  let piece = job.largePieces + (group - job.largePieces) * WORKGROUP + lane;
  if (piece < job.pieceCount) {
    anchorSmallComponent(piece);
  }
}
