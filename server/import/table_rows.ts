import { AXIS_NAMES, isDirectedness } from "./field_names.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import type { ImportLimits } from "./limits.ts";
import { Problem, shown } from "./problem.ts";
import type { EdgeTable, KeyColumn, NodeTable } from "./table_columns.ts";
import { parseNumber, parseWeight } from "./values.ts";

/** Takes the rows of one table, then `finish`. */
export interface RowReader {
  read(cells: readonly string[]): void;
  finish(): void;
}

export function createRowReader(table: EdgeTable | NodeTable, builder: GraphBuilder, limits: ImportLimits): RowReader {
  return table.kind === "edges" ? edgeRows(table, builder, limits) : nodeRows(table, builder);
}

function edgeRows(table: EdgeTable, builder: GraphBuilder, limits: ImportLimits): RowReader {
  const { source, target, weight, types } = table;
  const typeOf = (cells: readonly string[]): string => {
    for (const column of types) {
      const type = cells[column];
      if (type !== undefined && type !== "" && !isDirectedness(type)) return type;
    }
    return "";
  };
  return {
    read(cells) {
      checkWidth(cells, table.width);
      const from = builder.refer(keyAt(cells, source, "a source"));
      const to = builder.refer(keyAt(cells, target, "a target"));
      builder.edge(from, to, weight === undefined ? 1 : parseWeight(cells[weight], limits), typeOf(cells));
    },
    finish() {
      for (const name of table.dropped) builder.dropEdgeField(name);
    },
  };
}

function nodeRows(table: NodeTable, builder: GraphBuilder): RowReader {
  return {
    read(cells) {
      checkWidth(cells, table.width);
      const index = builder.declare(keyAt(cells, table.key, "an id"));
      const label = table.label === undefined ? "" : cells[table.label] ?? "";
      if (label !== "") builder.label(index, label);
      else if (table.key.space !== undefined) builder.label(index, cells[table.key.column]);
      if (table.type !== undefined) readType(builder, index, table, cells[table.type] ?? "");
      for (const { column, axis } of table.axes) readAxis(builder, index, axis, cells[column] ?? "");
      for (const { column, name, cast } of table.attributes) {
        const cell = cells[column] ?? "";
        if (cell !== "") builder.attribute(index, name, cast === undefined ? cell : cast(cell));
      }
    },
    finish() {
      for (const { name, cast } of table.attributes) if (cast === undefined) builder.castToNumbers(name, parseNumber);
    },
  };
}

function keyAt(cells: readonly string[], { column, space }: KeyColumn, what: string): string {
  const cell = cells[column];
  if (cell === undefined || cell === "") throw new Problem(`expected ${what} in column ${column + 1}, found nothing`);
  return space === undefined ? cell : `${space}:${cell}`;
}

function readType(builder: GraphBuilder, index: number, table: NodeTable, cell: string): void {
  const types = table.hasSeveralTypes ? cell.split(";").filter((type) => type !== "") : [cell];
  if (types.length > 1) builder.attribute(index, "labels", types);
  builder.type(index, types[0] ?? "");
}

function readAxis(builder: GraphBuilder, index: number, axis: number, cell: string): void {
  if (cell === "") return;
  const value = Number(cell);
  if (Number.isFinite(Math.fround(value))) return builder.position(index, axis, value);
  throw new Problem(`expected a number for ${AXIS_NAMES[axis]}, found ${shown(cell)}`);
}

/** Shorter rows lack their last cells; longer ones are a mistake unless what is too much is empty. */
function checkWidth(cells: readonly string[], width: number): void {
  if (cells.length <= width || cells.slice(width).every((cell) => cell === "")) return;
  throw new Problem(`expected ${width} cells, found ${cells.length}`);
}
