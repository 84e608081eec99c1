import { type Context, Hono } from "hono";
import * as v from "valibot";
import type { GraphStore } from "../graph_store.ts";
import { issueMessage, problemOf } from "../issue_words.ts";
import { type PathFinder, PathsBusyError } from "../paths/path_finder.ts";
import type { SourcePaths } from "../paths/source_paths.ts";
import { pathNode, tracePath } from "../paths/traced_path.ts";
import { errorBody, readBody, requireEditor, type RestEnv } from "../rest_answers.ts";

export interface PathContext {
  /** As it is at present. */
  readonly graphNow: () => GraphStore;
  readonly finder: PathFinder;
  readonly sourcePaths: SourcePaths;
}

const id = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,9})$/, "must be the id of a node"), v.transform(Number));
const flag = v.pipe(v.picklist(["true", "false"], "must be true or false"), v.transform((word) => word === "true"));

const PathQuery = v.object({
  from: id,
  to: id,
  weighted: v.optional(flag, "true"),
  directed: v.optional(flag, "false"),
});
const SourceRequest = v.object({
  source: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  weighted: v.optional(v.boolean(), true),
  directed: v.optional(v.boolean(), false),
});

const measureOf = (weighted: boolean) => weighted ? "length" : "hops";
const directionOf = (directed: boolean) => directed ? "directed" : "undirected";

/** Shortest paths: between two nodes, and from the source that the dialect `sssp` shows to all. */
export function pathRoutes({ graphNow, finder, sourcePaths }: PathContext): Hono<RestEnv> {
  const routes = new Hono<RestEnv>();
  const unknownNode = (context: Context, id: number) =>
    errorBody(context, 404, "unknown_node", `There is no node ${id}.`);
  routes.get("/path", async (context) => {
    const query = v.safeParse(PathQuery, context.req.query(), { message: issueMessage });
    if (!query.success) return errorBody(context, 400, "bad_request", problemOf(query.issues));
    const { from, to, weighted, directed } = query.output, direction = directionOf(directed);
    const graph = graphNow(), source = graph.indexOf(from), target = graph.indexOf(to);
    if (source === undefined) return unknownNode(context, from);
    if (target === undefined) return unknownNode(context, to);
    try {
      const found = await finder.find(graph, { source, measure: measureOf(weighted), direction });
      const path = tracePath(graph, found, { target, direction }) ?? null, ends = [source, target];
      const [start, end] = ends.map((index) => pathNode(graph, index));
      return context.json({ generation: found.generation, from: start, to: end, weighted, directed, path });
    } catch (error) {
      if (!(error instanceof PathsBusyError)) throw error;
      return errorBody(context, 503, "busy", error.message, 1);
    }
  });
  const present = () => {
    const { asked: { source, measure, direction }, isFound } = sourcePaths;
    return {
      source: source ?? null,
      weighted: measure === "length",
      directed: direction === "directed",
      ready: isFound,
    };
  };
  routes.get("/sssp", (context) => context.json(present()));
  routes.post("/sssp", async (context) => {
    const refused = requireEditor(context);
    if (refused !== undefined) return refused;
    const body = await readBody(context, SourceRequest);
    if ("response" in body) return body.response;
    const { source, weighted, directed } = body.value;
    if (source !== null && graphNow().indexOf(source) === undefined) return unknownNode(context, source);
    sourcePaths.set({
      source: source ?? undefined,
      measure: measureOf(weighted),
      direction: directionOf(directed),
    });
    return context.json(present());
  });
  return routes;
}
