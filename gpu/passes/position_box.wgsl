// Law: the box stays while everything is in it; else it becomes the cube around everything, with room to grow.
// Grid: one workgroup. Reads: corners. Reads and writes: box. Oracle: fitBox in protocol/graph/q1/box.ts.
@group(1) @binding(0) var<storage, read> corners: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> box: array<vec4f>; // low corner, quantum

fn fit(bounds: Bounds) -> vec4f {
  // An axis on which nothing has a position has its middle at 0.
  let isKnown = bounds.low <= bounds.high;
  let middle = select(vec3f(0.0), 0.5 * (bounds.low + bounds.high), isKnown);
  let sides = select(vec3f(0.0), bounds.high - bounds.low, isKnown);
  let width = max(max(sides.x, sides.y), max(sides.z, LEAST_WIDTH));
  let quantum = width * WIDTH_SHARE / (MOST_STEP + 1.0);
  return vec4f(middle - 0.5 * (MOST_STEP + 1.0) * quantum, quantum);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var bounds = noBounds();
  let groups = min(BOUND_GROUPS, (rounding.nodeCount + WORKGROUP - 1u) / WORKGROUP);
  for (var group = lane; group < groups; group += WORKGROUP) {
    bounds.low = min(bounds.low, corners[2u * group].xyz);
    bounds.high = max(bounds.high, corners[2u * group + 1u].xyz);
  }
  let whole = boundsOverWorkgroup(lane, bounds);
  if (lane == 0u) {
    let kept = box[0];
    let isInside = all(whole.low >= kept.xyz) && all(whole.high <= kept.xyz + MOST_STEP * kept.w);
    if (kept.w == 0.0 || !isInside) {
      box[0] = fit(whole);
    }
  }
}
