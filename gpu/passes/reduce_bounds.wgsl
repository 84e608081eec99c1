struct Bounds {
  low: vec3f,
  high: vec3f,
}

var<workgroup> lowest: array<vec3f, WORKGROUP>;
var<workgroup> highest: array<vec3f, WORKGROUP>;

fn noBounds() -> Bounds {
  return Bounds(vec3f(3.4e38), vec3f(-3.4e38));
}

// What holds the bounds of all threads of a workgroup, for each of them. All of them call it together.
fn boundsOverWorkgroup(lane: u32, bounds: Bounds) -> Bounds {
  lowest[lane] = bounds.low;
  highest[lane] = bounds.high;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      lowest[lane] = min(lowest[lane], lowest[lane + half]);
      highest[lane] = max(highest[lane], highest[lane + half]);
    }
    workgroupBarrier();
  }
  return Bounds(lowest[0], highest[0]);
}
