/** How wide lines are drawn. */
const EDGE_PX = 1.1, FOCUS_EDGE_PX = 1.7, PATH_EDGE_PX = 3;

/** Uniforms of line shaders. Units: device pixels to either side of a line's middle. */
export interface LineWidths {
  readonly edge: { value: number };
  readonly focus: { value: number };
  readonly path: { value: number };
}

export function createWidths(): LineWidths {
  return setWidths({ edge: { value: 0 }, focus: { value: 0 }, path: { value: 0 } }, { dpr: 1 });
}

/** For a screen with `dpr` device pixels in one of CSS. */
export function setWidths(widths: LineWidths, { dpr }: { readonly dpr: number }): LineWidths {
  widths.edge.value = EDGE_PX * dpr / 2;
  widths.focus.value = FOCUS_EDGE_PX * dpr / 2;
  widths.path.value = PATH_EDGE_PX * dpr / 2;
  return widths;
}
