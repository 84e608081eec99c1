import type { GraphInput } from "../import/graph_input.ts";

/** What is written: a graph and where its nodes are. */
export interface Layout {
  readonly graph: GraphInput;
  /** x y z interleaved, 3n. */
  readonly positions: Float32Array;
  readonly dims: 2 | 3;
}

/** Raw little-endian f32 x y z per node, in input order: 12n bytes. */
export function* f32Bytes(layout: Layout): Generator<Uint8Array> {
  const count = layout.graph.keys.length;
  const bytes = new DataView(new ArrayBuffer(12 * count));
  for (let index = 0; index < count; index++) {
    for (let axis = 0; axis < 3; axis++) bytes.setFloat32(12 * index + 4 * axis, coordinate(layout, index, axis), true);
  }
  yield new Uint8Array(bytes.buffer);
}

/** A table of nodes: id,label,x,y,z. */
export function* csvRows(layout: Layout): Generator<string> {
  const { keys, labels } = layout.graph;
  yield "id,label,x,y,z\n";
  for (let index = 0; index < keys.length; index++) {
    yield `${csvCell(keys[index])},${csvCell(labels[index])},${coordinates(layout, index).join(",")}\n`;
  }
}

/** `{nodes: [{id, label, type?, x, y, z}], edges: [{source, target, weight, type?}]}`, one entry per line. */
export function* jsonLines(layout: Layout): Generator<string> {
  const { graph } = layout;
  const { keys, labels } = graph;
  yield '{"nodes":[';
  for (let index = 0; index < keys.length; index++) {
    const [x, y, z] = coordinates(layout, index);
    const type = graph.typeNames[graph.nodeTypes[index]] || undefined;
    const entry = { id: keys[index], label: labels[index], type, x: Number(x), y: Number(y), z: Number(z) };
    yield `${index === 0 ? "" : ","}\n${JSON.stringify(entry)}`;
  }
  yield '\n],"edges":[';
  for (let edge = 0; edge < graph.sources.length; edge++) {
    const type = graph.edgeTypeNames[graph.edgeTypes[edge]] || undefined;
    const weight = Number(shortest(graph.weights[edge]));
    const entry = { source: keys[graph.sources[edge]], target: keys[graph.targets[edge]], weight, type };
    yield `${edge === 0 ? "" : ","}\n${JSON.stringify(entry)}`;
  }
  yield "\n]}\n";
}

/** GEXF 1.3 with positions, labels, types (an attribute of nodes, the kind of edges) and weights. Source: gexf.net. */
export function* gexfLines(layout: Layout): Generator<string> {
  const { graph } = layout;
  const { keys, labels } = graph;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n';
  yield '<graph defaultedgetype="directed">\n';
  yield '<attributes class="node"><attribute id="type" title="type" type="string"/></attributes>\n<nodes>\n';
  for (let index = 0; index < keys.length; index++) {
    const [x, y, z] = coordinates(layout, index);
    const type = graph.typeNames[graph.nodeTypes[index]];
    const attributes = type === "" ? "" : `<attvalues><attvalue for="type" value="${xml(type)}"/></attvalues>`;
    yield `<node id="${xml(keys[index])}" label="${xml(labels[index])}">${attributes}` +
      `<viz:position x="${x}" y="${y}" z="${z}"/></node>\n`;
  }
  yield "</nodes>\n<edges>\n";
  for (let edge = 0; edge < graph.sources.length; edge++) {
    const kind = graph.edgeTypeNames[graph.edgeTypes[edge]];
    yield `<edge id="${edge}" source="${xml(keys[graph.sources[edge]])}" target="${xml(keys[graph.targets[edge]])}" ` +
      `weight="${shortest(graph.weights[edge])}"${kind === "" ? "" : ` kind="${xml(kind)}"`}/>\n`;
  }
  yield "</edges>\n</graph>\n</gexf>\n";
}

function coordinate({ positions, dims }: Layout, index: number, axis: number): number {
  return axis === 2 && dims === 2 ? 0 : positions[3 * index + axis];
}

function coordinates(layout: Layout, index: number): readonly string[] {
  return [0, 1, 2].map((axis) => shortest(coordinate(layout, index, axis)));
}

/** The fewest digits that name this 32-bit float and no other. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

function csvCell(text: string): string {
  return /^\s|\s$|[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Escaped for an attribute; what XML cannot hold at all becomes U+FFFD. */
function xml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (char) => escapes[char])
    .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
