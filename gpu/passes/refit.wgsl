@group(1) @binding(0) var<storage, read_write> cells: array<Cell>;
@group(1) @binding(1) var<storage, read_write> highs: array<vec4f>; // highest corner

// What a cell is made of, summed up.
struct Content {
  moment: vec4f, // charge-weighted position, charge
  low: vec3f,
  high: vec3f,
}

fn emptyContent() -> Content {
  return Content(vec4f(0.0), vec3f(3.4e38), vec3f(-3.4e38));
}

// A cell without charge sits in the middle of its box; rounding carries no centre out of it.
fn writeCell(at: u32, content: Content) {
  let charge = content.moment.w;
  let middle = 0.5 * content.low + 0.5 * content.high;
  let centre = clamp(select(middle, content.moment.xyz / max(charge, 1e-37), charge > 0.0), content.low, content.high);
  let reach = OPENING * max(centre - content.low, content.high - centre);
  cells[at] = Cell(vec4f(centre, charge), vec4f(content.low, dot(reach, reach)));
  highs[at] = vec4f(content.high, 0.0);
}

fn refitInnerCell(level: u32, index: u32) {
  var content = emptyContent();
  let begin = 4u * index;
  let end = min(begin + 4u, cellsIn(level - 1u));
  for (var child = begin; child < end; child++) {
    let at = startOf(level - 1u) + child;
    let cell = cells[at];
    content.moment += vec4f(cell.centre.xyz * cell.centre.w, cell.centre.w);
    content.low = min(content.low, cell.low.xyz);
    content.high = max(content.high, highs[at].xyz);
  }
  writeCell(startOf(level) + index, content);
}
