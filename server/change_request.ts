/** A change of the graph as it is asked for over REST, checked. */
import * as v from "valibot";
import type { GraphChange } from "./graph_change.ts";
import type { AttributeValue } from "./import/graph_input.ts";
import { IMPORT_LIMITS } from "./import/limits.ts";
import { LIMITS } from "./limits.ts";

const { textLength, weight: mostWeight } = IMPORT_LIMITS;
const text = v.pipe(v.string(), v.maxLength(LIMITS.changeTextLength.value));
const key = v.pipe(text, v.minLength(1, "a key must not be empty"));
const weight = v.pipe(v.number(), v.minValue(0), v.maxValue(mostWeight));

/** One level of lists; what is deeper is a document, and belongs into a file. */
const scalar = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const attribute: v.GenericSchema<unknown, AttributeValue> = v.union(
  [scalar, v.array(scalar)],
  "an attribute is a text, a number, true, false, null or a list of these",
);
const attributes = v.pipe(
  v.record(text, attribute),
  v.check(
    (value) => JSON.stringify(value).length <= textLength,
    `attributes of one node are at most ${textLength} characters`,
  ),
);

export const NewNodeSchema = v.pipe(
  v.strictObject({
    key,
    label: v.optional(text),
    type: v.optional(text, ""),
    attributes: v.optional(attributes, {}),
  }),
  v.transform((node) => ({ ...node, label: node.label ?? node.key })),
);

const ends = { source: key, target: key };
const list = <Schema extends v.GenericSchema>(item: Schema) =>
  v.optional(v.pipe(v.array(item), v.maxLength(LIMITS.changeItems.value)), []);

export const ChangeRequest: v.GenericSchema<unknown, GraphChange> = v.pipe(
  v.strictObject({
    add: v.optional(
      v.strictObject({
        nodes: list(NewNodeSchema),
        edges: list(v.strictObject({ ...ends, weight: v.optional(weight, 1), type: v.optional(text, "") })),
      }),
      {},
    ),
    remove: v.optional(
      v.strictObject({ nodes: list(key), edges: list(v.strictObject({ ...ends, type: v.optional(text) })) }),
      {},
    ),
  }),
  v.check(({ add, remove }) => {
    return [add.nodes, add.edges, remove.nodes, remove.edges].some(({ length }) => length > 0);
  }, "the change is empty: give nodes or edges to add or remove"),
);
