// Precedes every kernel, after the constants that the host generates.

// Workgroups beyond what one dimension may hold are laid out in rows.
fn groupIndex(workgroup: vec3u) -> u32 {
  return workgroup.y * WORKGROUPS_PER_ROW + workgroup.x;
}

// By its bits: a compiler may assume that there are no infinities to compare with.
fn finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

fn allFinite(value: vec3f) -> bool {
  return finite(value.x) && finite(value.y) && finite(value.z);
}
