// Law: the cube around the mean ± 4 standard deviations, so that a few outliers do not squash the rest.
// Grid: one workgroup. Reads: moments. Writes: box. Oracle: measureCurveBox in gpu/cpu/hilbert.ts.
@group(1) @binding(0) var<storage, read> moments: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> box: array<vec4f>; // lowest corner, cells per length

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = vec4f(0.0);
  var squares = vec4f(0.0);
  let groups = min(MOMENT_GROUPS, (job.nodeCount + WORKGROUP - 1u) / WORKGROUP);
  for (var group = lane; group < groups; group += WORKGROUP) {
    sum += moments[2u * group];
    squares += moments[2u * group + 1u];
  }
  sum = sumOverWorkgroup(lane, sum);
  squares = sumOverWorkgroup(lane, squares);
  if (lane == 0u) {
    let count = max(sum.w, 1.0);
    let mean = sum.xyz / count;
    let variance = squares.xyz / count - mean * mean;
    let reach = 4.0 * sqrt(max(max(variance.x, variance.y), max(variance.z, 1e-12)));
    box[0] = vec4f(mean - reach, CURVE_CELLS / (2.0 * reach));
  }
}
