// The points that walk together are one cell of the tree. Another cell acts on them as one charge if OPENING times its
// reach, from its centre of charge to its farthest corner, is below θ of the distance of that centre from their box.
struct Group {
  middle: vec3f,
  reach: vec3f, // half of the sides of its box
}

fn groupOf(point: u32, _place: vec3f) -> Group {
  let at = startOf(GROUP_LEVEL) + point / (LEAF_POINTS << (2u * GROUP_LEVEL));
  let low = cells[at].low.xyz;
  let high = highs[at].xyz;
  return Group(0.5 * (low + high), 0.5 * (high - low));
}

fn isFar(cell: Cell, group: Group) -> bool {
  let away = max(abs(cell.centre.xyz - group.middle) - group.reach, vec3f(0.0));
  return cell.low.w <= job.thetaSquared * (LINEAR_SQUARE + dot(away, away));
}
