import { forEachLine, skipBlanks, wordEnd } from "./byte_lines.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import type { InputFile } from "./input_file.ts";
import type { ImportLimits } from "./limits.ts";
import { counted, Problem, shown } from "./problem.ts";
import type { ReadOptions } from "./reader.ts";
import { parseWeight } from "./values.ts";

const PERCENT = 0x25;
const decoder = new TextDecoder();

/**
 * Reads a MatrixMarket coordinate file as the graph of its n × n matrix: entry (i, j) is an edge from node i to node j.
 *
 * All n nodes exist, named by their number from 1. Stored entries are taken as they stand: the mirrored half of a
 * symmetric or skew-symmetric matrix is the same edge, a diagonal entry a self-loop. A value is a weight by its
 * magnitude, because the sign of a matrix entry says nothing about how strongly two rows are tied; a pattern's is 1.
 * Source: math.nist.gov/MatrixMarket/formats.html. Cost: one pass over the bytes, no string per entry.
 */
export async function readMatrixMarket(input: InputFile, builder: GraphBuilder, options: ReadOptions): Promise<void> {
  const matrix = new MatrixReader(builder, options.limits);
  await forEachLine(input.chunks(), {
    cursor: options.cursor,
    maxBytes: options.limits.rowBytes,
    onLine: (bytes, start, end) => matrix.readLine(bytes, start, end),
  });
  matrix.end();
}

type Section = "banner" | "size" | "entries";

class MatrixReader {
  readonly #builder: GraphBuilder;
  readonly #limits: ImportLimits;
  #section: Section = "banner";
  #hasValues = false;
  #nodes = new Uint32Array(0);
  #expected = 0;
  #found = 0;
  #negative = 0;

  constructor(builder: GraphBuilder, limits: ImportLimits) {
    this.#builder = builder;
    this.#limits = limits;
  }

  readLine(bytes: Uint8Array, start: number, end: number): void {
    if (this.#section === "banner") return this.#readBanner(decoder.decode(bytes.subarray(start, end)));
    const first = skipBlanks(bytes, start, end);
    if (first === end || bytes[first] === PERCENT) return;
    if (this.#section === "size") return this.#readSize(decoder.decode(bytes.subarray(first, end)));
    this.#readEntry(bytes, first, end);
  }

  end(): void {
    if (this.#section !== "entries") throw new Problem("expected a line with rows, columns and entries, found the end");
    if (this.#found !== this.#expected) {
      throw new Problem(`expected ${counted(this.#expected, "entry", "entries")}, found the end after ${this.#found}`);
    }
    if (this.#negative > 0) {
      this.#builder.note(
        `${counted(this.#negative, "negative matrix entry was", "negative matrix entries were")} ` +
          "taken by magnitude as weight.",
      );
    }
  }

  #readBanner(line: string): void {
    const [banner, object, format, field, symmetry] = line.trim().toLowerCase().split(/\s+/);
    if (banner !== "%%matrixmarket" || object !== "matrix" || format !== "coordinate") {
      throw new Problem(`expected "%%MatrixMarket matrix coordinate …", found ${shown(line.trim())}`);
    }
    if (!["pattern", "real", "integer"].includes(field)) {
      throw new Problem(`expected entries that are pattern, real or integer, found ${shown(field)}`);
    }
    if (!["general", "symmetric", "skew-symmetric"].includes(symmetry)) {
      throw new Problem(`expected a matrix that is general, symmetric or skew-symmetric, found ${shown(symmetry)}`);
    }
    this.#hasValues = field !== "pattern";
    this.#section = "size";
  }

  #readSize(line: string): void {
    const sizes = line.trim().split(/\s+/);
    if (sizes.length !== 3 || !sizes.every((size) => /^\d{1,15}$/.test(size))) {
      throw new Problem(`expected rows, columns and entries, found ${shown(line.trim())}`);
    }
    const [rows, columns, entries] = sizes.map(Number);
    if (rows !== columns) throw new Problem(`expected a square matrix, found ${rows} rows and ${columns} columns`);
    if (rows > this.#limits.nodes) {
      throw new Problem(`has ${rows} nodes, the limit is ${this.#limits.nodes.toLocaleString("en-US")}`);
    }
    this.#nodes = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) this.#nodes[row] = this.#builder.declare(String(row + 1));
    this.#expected = entries;
    this.#section = "entries";
  }

  #readEntry(bytes: Uint8Array, start: number, end: number): void {
    if (this.#found === this.#expected) {
      throw new Problem(`expected ${counted(this.#expected, "entry", "entries")}, found more`);
    }
    const rowEnd = wordEnd(bytes, start, end);
    const row = this.#readNumber(bytes, start, rowEnd);
    const columnStart = skipBlanks(bytes, rowEnd, end);
    const columnEnd = wordEnd(bytes, columnStart, end);
    const column = this.#readNumber(bytes, columnStart, columnEnd);
    const value = decoder.decode(bytes.subarray(columnEnd, end)).trim();
    if (this.#hasValues ? value === "" : value !== "") {
      throw new Problem(
        `expected ${this.#hasValues ? "a value" : "nothing"} after row and column, found ${shown(value)}`,
      );
    }
    this.#builder.edge(this.#nodes[row - 1], this.#nodes[column - 1], this.#weight(value), "");
    this.#found++;
  }

  #weight(value: string): number {
    if (!value.startsWith("-")) return parseWeight(value, this.#limits);
    this.#negative++;
    return parseWeight(value.slice(1), this.#limits);
  }

  /** The row or column number from 1 to n that is written from `start` to `end`. */
  #readNumber(bytes: Uint8Array, start: number, end: number): number {
    let number = 0;
    for (let index = start; index < end; index++) {
      const digit = bytes[index] - 0x30;
      if (digit < 0 || digit > 9 || number > this.#nodes.length) {
        number = 0;
        break;
      }
      number = 10 * number + digit;
    }
    if (number >= 1 && number <= this.#nodes.length) return number;
    const found = shown(decoder.decode(bytes.subarray(start, end)));
    throw new Problem(`expected a row or column from 1 to ${this.#nodes.length}, found ${found}`);
  }
}
