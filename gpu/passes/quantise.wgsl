// Law: each coordinate to the nearest step, which f32 misses by a fiftieth of one at most; what has no place, to a face of
// the box.
// Grid: one thread per two nodes, which are three words. Reads: bodies, box. Writes: steps.
// Oracle: quantiseInto and clampInto in protocol/graph/q1/box.ts.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read> box: array<vec4f>; // low corner, quantum
@group(1) @binding(2) var<storage, read_write> steps: array<u32>; // x y z x y z in 16 bits each

fn placed(value: f32, low: f32, high: f32) -> f32 {
  if (finite(value)) {
    return clamp(value, low, high);
  }
  return select(low, high, bitcast<u32>(value) == 0x7f800000u);
}

fn stepsOf(body: vec4f) -> vec3u {
  let low = box[0].xyz;
  let high = low + MOST_STEP * box[0].w;
  let place = vec3f(placed(body.x, low.x, high.x), placed(body.y, low.y, high.y), placed(body.z, low.z, high.z));
  return vec3u(clamp(floor((place - low) / box[0].w + 0.5), vec3f(0.0), vec3f(MOST_STEP)));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let pair = groupIndex(workgroup) * WORKGROUP + lane;
  if (2u * pair >= rounding.nodeCount) {
    return;
  }
  let first = stepsOf(bodies[2u * pair]);
  var second = vec3u(0u);
  if (2u * pair + 1u < rounding.nodeCount) {
    second = stepsOf(bodies[2u * pair + 1u]);
  }
  steps[3u * pair] = first.x | (first.y << 16u);
  steps[3u * pair + 1u] = first.z | (second.x << 16u);
  steps[3u * pair + 2u] = second.y | (second.z << 16u);
}
