struct Spring {
  neighbour: u32,
  weight: f32,
  pull: f32,
}
@group(1) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(1) @binding(1) var<storage, read> springs: array<Spring>;

// Force x y z and stiffness at a place.
fn pullOfSpring(place: vec3f, spring: Spring) -> vec4f {
  let d = bodies[spring.neighbour].xyz - place;
  let strength = job.nearAttraction * spring.weight / (1.0 + dot(d, d)) + job.attraction * spring.pull;
  return vec4f(d * strength, strength);
}
