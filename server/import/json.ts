import type { GraphBuilder } from "./graph_builder.ts";
import type { InputFile } from "./input_file.ts";
import { JsonGraph } from "./json_graph.ts";
import { findJsonFault, lineAt, offsetOf } from "./json_position.ts";
import { type JsonShape, shapeOf, ShapeProblem } from "./json_shape.ts";
import { Problem, shown } from "./problem.ts";
import type { ReadOptions } from "./reader.ts";

/**
 * Reads a JSON graph: d3, graphology, Cytoscape, NetworkX node-link, or a bare list of pairs.
 *
 * Cost: the whole file is parsed at once, several times its size in memory. Faults are placed by a second, slow pass.
 */
export async function readJson(input: InputFile, builder: GraphBuilder, options: ReadOptions): Promise<void> {
  const { limits } = options;
  const text = await textOf(input, limits.jsonBytes);
  const root = parse(text);
  const graph = new JsonGraph(shapeAt(text, root), builder, limits);
  try {
    graph.read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw placed(error, text, graph.path);
  }
}

async function textOf(input: InputFile, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of input.chunks()) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Problem(`is larger than ${maxBytes.toLocaleString("en-US")} bytes, the limit for JSON; use CSV`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    if (fault === undefined) throw error;
    const found = fault.offset < text.length
      ? shown(text.slice(fault.offset, fault.offset + 20))
      : "the end of the file";
    throw new Problem(`expected ${fault.expected}, found ${found}`, lineAt(text, fault.offset));
  }
}

function shapeAt(text: string, root: unknown): JsonShape {
  try {
    return shapeOf(root);
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error;
    throw placed(error, text, error.path);
  }
}

/** The problem with its place: `links[12]` in words and the line in the text. */
function placed(problem: Problem, text: string, path: readonly (string | number)[]): Problem {
  const words = path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("").replace(/^\./, "");
  return new Problem(
    words === "" ? problem.message : `${words}: ${problem.message}`,
    lineAt(text, offsetOf(text, path)),
  );
}
