// Law: the 30-bit position of a node's cell on the Hilbert curve, and the order before sorting.
// Grid: one thread per node. Reads: bodies, box. Writes: keys, order. Oracle: hilbertKey in gpu/cpu/hilbert.ts.
// Source: Skilling, "Programming the Hilbert curve", 2004.
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read> box: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> keys: array<u32>;
@group(1) @binding(3) var<storage, read_write> order: array<u32>;

fn hilbertKey(cell: vec3u) -> u32 {
  var c = cell;
  for (var bit = u32(CURVE_CELLS) >> 1u; bit > 1u; bit >>= 1u) {
    let below = bit - 1u;
    if ((c.x & bit) != 0u) {
      c.x ^= below;
    }
    if ((c.y & bit) != 0u) {
      c.x ^= below;
    } else {
      let t = (c.x ^ c.y) & below;
      c.x ^= t;
      c.y ^= t;
    }
    if ((c.z & bit) != 0u) {
      c.x ^= below;
    } else {
      let t = (c.x ^ c.z) & below;
      c.x ^= t;
      c.z ^= t;
    }
  }
  c.y ^= c.x;
  c.z ^= c.y;
  var flip = 0u;
  for (var bit = u32(CURVE_CELLS) >> 1u; bit > 1u; bit >>= 1u) {
    if ((c.z & bit) != 0u) {
      flip ^= bit - 1u;
    }
  }
  let spread = spreadBits(c ^ vec3u(flip));
  return (spread.x << 2u) | (spread.y << 1u) | spread.z;
}

// Puts two zero bits between the low ten bits.
fn spreadBits(value: vec3u) -> vec3u {
  var v = value & vec3u(0x3ffu);
  v = (v | (v << vec3u(16u))) & vec3u(0x030000ffu);
  v = (v | (v << vec3u(8u))) & vec3u(0x0300f00fu);
  v = (v | (v << vec3u(4u))) & vec3u(0x030c30c3u);
  return (v | (v << vec3u(2u))) & vec3u(0x09249249u);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = groupIndex(workgroup) * WORKGROUP + lane;
  if (node >= job.nodeCount) {
    return;
  }
  let place = bodies[node].xyz;
  let cell = clamp((place - box[0].xyz) * box[0].w, vec3f(0.0), vec3f(CURVE_CELLS - 1.0));
  // What is not a number has no cell: any will do.
  keys[node] = hilbertKey(select(vec3u(0u), vec3u(cell), allFinite(place)));
  order[node] = node;
}
