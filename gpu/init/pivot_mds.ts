/** Start positions of one connected component: graph distances to a few pivots, projected on their main axes. */

import type { Adjacency } from "../graph.ts";
import { createRandom } from "../random.ts";

export interface PivotMdsInput {
  readonly adjacency: Adjacency;
  /** The nodes of one connected component. */
  readonly members: Uint32Array;
  readonly pivots: number;
  readonly dims: 2 | 3;
  readonly seed: number;
  /** Scratch shared by all components, n each. */
  readonly distances: Int32Array;
  readonly queue: Uint32Array;
}

const POWER_ITERATIONS = 200;

/**
 * Writes the members' positions, centred on the origin, mean edge about 1; yields after every pivot.
 *
 * Cost: `pivots` breadth-first searches, and pivots² passes over the members; 4 · pivots bytes per member.
 * Source: Brandes & Pich, "Eigensolver methods for progressive multidimensional scaling of large data", GD 2006.
 */
export function* pivotMds(input: PivotMdsInput, positions: Float32Array): Generator<void> {
  const { members, dims } = input;
  if (members.length < 3) return placeFew(members, positions);
  const pivots = Math.min(input.pivots, members.length);
  const random = createRandom(input.seed);
  const squares = new Float32Array(pivots * members.length);
  yield* measurePivots(input, { pivots, first: Math.floor(random() * members.length), squares });
  centre(squares, pivots);
  const axes = mainAxes(productMatrix(squares, pivots), { size: pivots, count: dims, random });
  for (const node of members) positions.fill(0, 3 * node, 3 * node + 3);
  axes.forEach((axis, d) => project(squares, axis, (row, value) => positions[3 * members[row] + d] = value));
  scaleToUnitEdges(input, positions);
}

function placeFew(members: Uint32Array, positions: Float32Array): void {
  for (const node of members) positions.fill(0, 3 * node, 3 * node + 3);
  if (members.length === 2) {
    positions[3 * members[0]] = -0.5;
    positions[3 * members[1]] = 0.5;
  }
}

interface PivotRows {
  readonly pivots: number;
  readonly first: number;
  readonly squares: Float32Array;
}

/** Row t of `squares`: squared distances to pivot t. Each next pivot is the node farthest from all before it. */
function* measurePivots(input: PivotMdsInput, { pivots, first, squares }: PivotRows): Generator<void> {
  const { members, distances } = input, size = members.length;
  const nearest = new Int32Array(size).fill(0x7fffffff);
  let pivot = first;
  for (let t = 0; t < pivots; t++) {
    searchFrom(input, members[pivot]);
    let farthest = 0;
    for (let row = 0; row < size; row++) {
      const distance = distances[members[row]];
      squares[t * size + row] = distance * distance;
      if (distance < nearest[row]) nearest[row] = distance;
      if (nearest[row] > nearest[farthest]) farthest = row;
    }
    pivot = farthest;
    yield;
  }
}

function searchFrom({ adjacency: { offsets, neighbours }, members, distances, queue }: PivotMdsInput, root: number) {
  for (let k = 0; k < members.length; k++) distances[members[k]] = -1;
  distances[root] = 0;
  queue[0] = root;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head], next = distances[node] + 1;
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const other = neighbours[k];
      if (distances[other] >= 0) continue;
      distances[other] = next;
      queue[tail++] = other;
    }
  }
}

/** Double centring: −½ (d² − row mean − column mean + mean). */
function centre(squares: Float32Array, pivots: number): void {
  const size = squares.length / pivots;
  const rowMeans = new Float64Array(size), pivotMeans = new Float64Array(pivots);
  let mean = 0;
  for (let t = 0; t < pivots; t++) {
    for (let row = 0; row < size; row++) {
      rowMeans[row] += squares[t * size + row] / pivots;
      pivotMeans[t] += squares[t * size + row] / size;
    }
    mean += pivotMeans[t] / pivots;
  }
  for (let t = 0; t < pivots; t++) {
    for (let row = 0; row < size; row++) {
      squares[t * size + row] = -0.5 * (squares[t * size + row] - rowMeans[row] - pivotMeans[t] + mean);
    }
  }
}

/** C Cᵀ of the centred rows: pivots × pivots. */
function productMatrix(rows: Float32Array, pivots: number): Float64Array {
  const size = rows.length / pivots, matrix = new Float64Array(pivots * pivots);
  for (let a = 0; a < pivots; a++) {
    for (let b = a; b < pivots; b++) {
      let sum = 0;
      for (let k = 0, x = a * size, y = b * size; k < size; k++, x++, y++) sum += rows[x] * rows[y];
      matrix[a * pivots + b] = matrix[b * pivots + a] = sum;
    }
  }
  return matrix;
}

interface AxesWanted {
  readonly size: number;
  readonly count: number;
  readonly random: () => number;
}

/** The strongest eigenvectors of a symmetric matrix by power iteration; zero vectors once nothing is left. */
function mainAxes(matrix: Float64Array, { size, count, random }: AxesWanted): Float64Array[] {
  const axes: Float64Array[] = [];
  for (let d = 0; d < count; d++) {
    const axis = Float64Array.from({ length: size }, () => random() - 0.5), image = new Float64Array(size);
    for (let round = 0; round < POWER_ITERATIONS; round++) {
      for (const other of axes) removePart(axis, other);
      let square = 0;
      for (let a = 0; a < size; a++) {
        let sum = 0;
        for (let b = 0; b < size; b++) sum += matrix[a * size + b] * axis[b];
        image[a] = sum;
        square += sum * sum;
      }
      const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
      for (let a = 0; a < size; a++) axis[a] = image[a] * scale;
    }
    axes.push(axis);
  }
  return axes;
}

function removePart(vector: Float64Array, direction: Float64Array): void {
  let dot = 0;
  for (let k = 0; k < vector.length; k++) dot += vector[k] * direction[k];
  for (let k = 0; k < vector.length; k++) vector[k] -= dot * direction[k];
}

function project(rows: Float32Array, axis: Float64Array, put: (row: number, value: number) => void): void {
  const size = rows.length / axis.length;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let t = 0; t < axis.length; t++) sum += rows[t * size + row] * axis[t];
    put(row, sum);
  }
}

/** Scales by Σ length / Σ length², the factor that brings all edges closest to 1. */
function scaleToUnitEdges({ adjacency: { offsets, neighbours }, members }: PivotMdsInput, positions: Float32Array) {
  let sum = 0, squares = 0;
  for (const node of members) {
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const a = 3 * node, b = 3 * neighbours[k];
      const square = (positions[a] - positions[b]) ** 2 + (positions[a + 1] - positions[b + 1]) ** 2 +
        (positions[a + 2] - positions[b + 2]) ** 2;
      sum += Math.sqrt(square);
      squares += square;
    }
  }
  const scale = squares > 0 ? sum / squares : 0;
  for (const node of members) for (let d = 0; d < 3; d++) positions[3 * node + d] *= scale;
}
