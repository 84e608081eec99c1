import type { AttributeValue } from "./graph_input.ts";
import { Problem, shown } from "./problem.ts";
import { parseNumber } from "./values.ts";

/** A column of Neo4j's import format: `personId:ID(Person)`, `:TYPE`, `age:int`, `names:string[]`. */
export interface Neo4jHeading {
  readonly role: "id" | "label" | "start_id" | "end_id" | "type" | "ignore" | "property";
  /** The property's name; "" where the column has none. */
  readonly name: string;
  /** Ids are unique within a space only. */
  readonly space: string | undefined;
  readonly cast: ((cell: string) => AttributeValue) | undefined;
}

const ROLE = /^(.*):(ID|LABEL|START_ID|END_ID|TYPE|IGNORE)(?:\(([^)]*)\))?(?:\{.*\})?$/i;
const PROPERTY =
  /^(.+):(int|long|short|byte|float|double|boolean|char|string|date|time|localtime|datetime|localdatetime|duration|point)(?:\{.*\})?(\[\])?$/i;
const NUMBER_TYPES: ReadonlySet<string> = new Set(["int", "long", "short", "byte", "float", "double"]);

/** What the heading says, or `undefined` if it is not of this format. Source: Neo4j Operations Manual, "CSV header format". */
export function parseNeo4jHeading(heading: string): Neo4jHeading | undefined {
  const role = ROLE.exec(heading);
  if (role !== null) {
    return { role: roleOf(role[2]), name: role[1], space: role[3] || undefined, cast: undefined };
  }
  const property = PROPERTY.exec(heading);
  if (property === null) return undefined;
  const cast = castOf(property[2].toLowerCase());
  const isList = property[3] !== undefined;
  return {
    role: "property",
    name: property[1],
    space: undefined,
    cast: isList ? (cell) => cell.split(";").map(cast) : cast,
  };
}

function roleOf(text: string): Neo4jHeading["role"] {
  const lower = text.toLowerCase();
  switch (lower) {
    case "id":
    case "label":
    case "start_id":
    case "end_id":
    case "type":
      return lower;
    default:
      return "ignore";
  }
}

function castOf(type: string): (cell: string) => AttributeValue {
  if (NUMBER_TYPES.has(type)) {
    return (cell) => {
      const value = parseNumber(cell.trim());
      if (value === undefined) throw new Problem(`expected a value of type ${type}, found ${shown(cell)}`);
      return value;
    };
  }
  if (type === "boolean") return (cell) => cell.trim().toLowerCase() === "true";
  return (cell) => cell;
}
