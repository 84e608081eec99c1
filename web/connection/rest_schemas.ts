/** The shapes of `/api`, checked before they are believed. */
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const ErrorBody = v.object({
  error: v.object({ code: v.string(), message: v.string(), retry_after: v.optional(v.number()) }),
});

export const Login = v.object({ token: v.string(), expires_at: v.number() });

export const Session = v.object({
  user: v.string(),
  role: v.picklist(["viewer", "editor", "admin"]),
  expires_at: v.number(),
});

export const Health = v.object({
  status: v.string(),
  name: v.string(),
  nodes: count,
  edges: count,
  engine: v.string(),
  state: v.string(),
});

/** Shape: `ids` (wire ids), `labels`, `types` (indices into `typeNames`) and `degrees` follow the node order of the full graph. */
export const Labels = v.pipe(
  v.object({
    generation: v.number(),
    ids: v.array(count),
    labels: v.array(v.string()),
    typeNames: v.array(v.string()),
    types: v.array(count),
    degrees: v.array(count),
  }),
  v.check(
    ({ ids, labels, types, degrees }) => [ids, types, degrees].every(({ length }) => length === labels.length),
    "ids, labels, types and degrees differ in length",
  ),
);

export const SearchResult = v.object({
  total: count,
  nodes: v.array(v.object({ id: count, label: v.string(), type: v.string(), degree: count })),
});

export const NodeDetails = v.object({
  id: count,
  key: v.string(),
  label: v.string(),
  type: v.string(),
  degree: count,
  pinned: v.boolean(),
  attributes: v.record(v.string(), v.unknown()),
  neighbours: v.array(v.object({
    id: count,
    label: v.string(),
    type: v.string(),
    direction: v.picklist(["in", "out", "both"]),
    edgeType: v.optional(v.nullable(v.string())),
    weight: v.number(),
  })),
  neighbour_count: count,
});

const pathNode = v.object({ id: count, label: v.string(), type: v.string() });
const pathEdge = v.object({ source: count, target: count, weight: v.number(), type: v.string() });

/** Shape: edge `i` of a path joins its nodes `i` and `i + 1`; `null` where there is no way. */
export const PathAnswer = v.object({
  from: pathNode,
  to: pathNode,
  path: v.nullable(v.object({
    length: v.number(),
    hops: count,
    nodes: v.array(pathNode),
    edges: v.array(pathEdge),
  })),
});

const LayoutParameter = v.object({
  name: v.string(),
  value: v.number(),
  section: v.string(),
  label: v.string(),
  default: v.number(),
  min: v.number(),
  max: v.number(),
  unit: v.string(),
  meaning: v.string(),
  /** Whether this graph has what it acts on. */
  effective: v.boolean(),
});

const LayoutPreset = v.object({
  name: v.string(),
  label: v.string(),
  meaning: v.string(),
  values: v.record(v.string(), v.number()),
});

export const LayoutTable = v.object({
  preset: v.nullable(v.string()),
  parameters: v.array(LayoutParameter),
  presets: v.array(LayoutPreset),
});

export type LayoutParameter = v.InferOutput<typeof LayoutParameter>;
export type LayoutPreset = v.InferOutput<typeof LayoutPreset>;
export type LayoutTable = v.InferOutput<typeof LayoutTable>;
export type Session = v.InferOutput<typeof Session>;
export type Role = Session["role"];
export type Health = v.InferOutput<typeof Health>;
export type Labels = v.InferOutput<typeof Labels>;
export type SearchResult = v.InferOutput<typeof SearchResult>;
export type NodeDetails = v.InferOutput<typeof NodeDetails>;
export type PathAnswer = v.InferOutput<typeof PathAnswer>;
