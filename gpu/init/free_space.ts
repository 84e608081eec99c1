/** Finds room for new components around those that are there, which do not move. */

export interface FreeSpaceOptions {
  /** x y z per node. */
  readonly positions: Float32Array;
  /** Of the spheres to place. */
  readonly radii: readonly number[];
}

export interface FreeSpace {
  /** Centres of the spheres, x y z each. */
  placeAll(): Float32Array;
}

/** Edge lengths around a node that belong to it. */
const NODE_ROOM = 0.75;
/** Cells per axis beyond which a cell's number would no longer be exact. */
const CELLS = 1 << 17;

/**
 * Rings around the largest group in the plane of its middle, slot by slot, the first that is free; the largest sphere
 * first, so that every slot is looked at once.
 *
 * Cost: one cell per node, and the cells that each tried sphere covers.
 */
export function createFreeSpace(groups: readonly Uint32Array[], { positions, radii }: FreeSpaceOptions): FreeSpace {
  const cell = Math.max(2 * NODE_ROOM, radii.reduce((most, radius) => Math.max(most, radius), 0) / 4);
  const taken = new Set<number>();
  const keyOf = (x: number, y: number, z: number) => (x * CELLS + y) * CELLS + z;
  const cellOf = (value: number) => Math.min(CELLS - 1, Math.max(0, Math.floor(value / cell) + CELLS / 2));
  for (const group of groups) {
    for (const node of group) taken.add(keyOf(...triple((d) => cellOf(positions[3 * node + d]))));
  }
  const { centre, radius: core } = boundingSphere(groups[0] ?? new Uint32Array(), positions);
  const cellsAround = (place: Triple, radius: number): number[] => {
    const low = triple((d) => cellOf(place[d] - radius)), high = triple((d) => cellOf(place[d] + radius));
    const keys = [];
    for (let x = low[0]; x <= high[0]; x++) {
      for (let y = low[1]; y <= high[1]; y++) for (let z = low[2]; z <= high[2]; z++) keys.push(keyOf(x, y, z));
    }
    return keys;
  };
  return {
    placeAll() {
      const places = new Float32Array(3 * radii.length);
      let ring = core, slot = 0;
      const bySize = radii.map((_, k) => k).sort((a, b) => radii[b] - radii[a] || a - b);
      for (const k of bySize) {
        const radius = radii[k];
        for (;;) {
          const distance = ring + radius, slots = Math.max(1, Math.floor(Math.PI / Math.asin(radius / distance)));
          if (slot >= slots) {
            ring += 2 * radius;
            slot = 0;
            continue;
          }
          const angle = 2 * Math.PI * slot++ / slots;
          const place: Triple = [
            centre[0] + distance * Math.cos(angle),
            centre[1] + distance * Math.sin(angle),
            centre[2],
          ];
          const keys = cellsAround(place, radius);
          if (keys.some((key) => taken.has(key))) continue;
          keys.forEach((key) => taken.add(key));
          places.set(place, 3 * k);
          break;
        }
      }
      return places;
    },
  };
}

type Triple = readonly [number, number, number];
const triple = (of: (axis: 0 | 1 | 2) => number): Triple => [of(0), of(1), of(2)];

/** Mean place of the nodes, and the farthest from it. */
function boundingSphere(nodes: Uint32Array, positions: Float32Array): { centre: Triple; radius: number } {
  const sums = [0, 0, 0];
  for (const node of nodes) for (let d = 0; d < 3; d++) sums[d] += positions[3 * node + d];
  const centre = triple((d) => sums[d] / Math.max(1, nodes.length));
  let square = 0;
  for (const node of nodes) {
    const [x, y, z] = triple((d) => positions[3 * node + d] - centre[d]);
    square = Math.max(square, x * x + y * y + z * z);
  }
  return { centre, radius: Math.sqrt(square) + NODE_ROOM };
}
