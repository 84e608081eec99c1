// Law: the springs of one piece of a long row, added up: a hub does not wait for one thread.
// Grid: one workgroup per piece. Reads: bodies, springs, pieces. Writes: pieceSums.
@group(1) @binding(2) var<storage, read> pieces: array<vec4u>; // node, begin and end in springs
@group(1) @binding(3) var<storage, read_write> pieceSums: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  // A row of workgroups may have more than there are pieces.
  let piece = min(groupIndex(workgroup), arrayLength(&pieces) - 1u);
  let row = pieces[piece];
  let place = bodies[row.x].xyz;
  var sum = vec4f(0.0);
  for (var k = row.y + lane; k < row.z; k += WORKGROUP) {
    sum += pullOfSpring(place, springs[k]);
  }
  sum = sumOverWorkgroup(lane, sum);
  if (lane == 0u) {
    pieceSums[piece] = sum;
  }
}
