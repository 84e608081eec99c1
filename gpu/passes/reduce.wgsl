var<workgroup> sums: array<vec4f, WORKGROUP>;

// The sum over the threads of a workgroup, for each of them. All of them call it together.
fn sumOverWorkgroup(lane: u32, value: vec4f) -> vec4f {
  sums[lane] = value;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  let sum = sums[0];
  workgroupBarrier();
  return sum;
}
