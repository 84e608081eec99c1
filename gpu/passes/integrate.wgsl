// Law: v ← damping · v + r · force + noise, at most maxStep long; x ← x + v, where r = r₁ / mass and
// r₁ = min(rate, stiffLimit / stiffness). A light node follows its springs at half that limit or at r₁: two light ends
// of a spring, each at the limit, would overshoot.
// A held node rests. A result that is not finite leaves the node where it was, or at 0, and is counted.
// Grid: one thread per node. Reads: forces. Reads and writes: bodies, velocities. Writes: one partial per workgroup.
// Oracle: the CPU engine's step in gpu/cpu/kernels/move.ts.
@group(1) @binding(0) var<storage, read_write> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> velocities: array<vec4f>; // x y z and 1 / mass, 0 where held
@group(1) @binding(2) var<storage, read> forces: array<vec4f>;
@group(1) @binding(3) var<storage, read_write> partials: array<vec2f>; // summed move, scrubbed nodes

fn hash(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

fn finiteOr0(value: f32) -> f32 {
  return select(0.0, value, finite(value));
}

// How far the node moved, and 1 where it was scrubbed.
fn integrate(node: u32) -> vec2f {
  let old = velocities[node];
  if (old.w == 0.0) {
    velocities[node] = vec4f(0.0);
    return vec2f(0.0);
  }
  let force = forces[node];
  let chance = hash(job.noiseSeed ^ node);
  let thrown = vec3f(vec3u(chance, chance >> 10u, chance >> 20u) & vec3u(0x3ffu)) - 511.5;
  var rate = job.rate;
  if (force.w * rate > job.stiffLimit) {
    rate = job.stiffLimit / force.w;
  }
  let ordinary = rate;
  rate *= old.w;
  if (rate > ordinary && force.w * rate > 0.5 * job.stiffLimit) {
    rate = max(ordinary, 0.5 * job.stiffLimit / force.w);
  }
  var velocity = job.damping * old.xyz + rate * force.xyz + job.noise * thrown;
  if (job.dims == 2u) {
    velocity.z = 0.0;
  }
  let square = dot(velocity, velocity);
  let body = bodies[node];
  if (!finite(square) || !allFinite(body.xyz)) {
    velocities[node] = vec4f(0.0, 0.0, 0.0, old.w);
    bodies[node] = vec4f(finiteOr0(body.x), finiteOr0(body.y), finiteOr0(body.z), body.w);
    return vec2f(0.0, 1.0);
  }
  var moved = sqrt(square);
  if (moved > job.maxStep) {
    velocity *= job.maxStep / moved;
    moved = job.maxStep;
  }
  velocities[node] = vec4f(velocity, old.w);
  bodies[node] = body + vec4f(velocity, 0.0);
  return vec2f(moved, 0.0);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = groupIndex(workgroup);
  let node = group * WORKGROUP + lane;
  var sum = vec2f(0.0);
  if (node < job.nodeCount) {
    sum = integrate(node);
  }
  let total = sumOverWorkgroup(lane, vec4f(sum, 0.0, 0.0));
  if (lane == 0u && group * WORKGROUP < job.nodeCount) {
    partials[group] = total.xy;
  }
}
