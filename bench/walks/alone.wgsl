// Each point walks by itself: in the place of gpu/passes/walk_group.wgsl. Cells whose centre of charge is nearer than NEAR
// edge lengths are opened down to their points, since nobody else's box keeps them from acting as one charge; beyond, a
// cell's reach counts STRICTNESS times.
struct Group {
  middle: vec3f,
}

fn groupOf(_point: u32, place: vec3f) -> Group {
  return Group(place);
}

fn isFar(cell: Cell, group: Group) -> bool {
  let d = cell.centre.xyz - group.middle;
  let square = dot(d, d);
  // Cells without extent, the empty ones too, are far from everything.
  return STRICTNESS * STRICTNESS * cell.low.w <= select(0.0, job.thetaSquared * (LINEAR_SQUARE + square), square >= NEAR * NEAR);
}
