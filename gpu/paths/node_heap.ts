/** Nodes ordered by a key that only falls: a heap of four children, in typed arrays, each node in it once. */

const NOT_IN = -1;

export interface NodeHeap {
  readonly size: number;
  /** To be called after the node's key was set, or has fallen. */
  offer(node: number): void;
  /** Takes out a node of the lowest key. Of an empty heap: undefined behaviour. */
  pop(): number;
}

/** A heap over `keys`, one per node. Cost: 8 bytes per node; O(log n) per call. */
export function createNodeHeap(keys: Float32Array): NodeHeap {
  const nodes = new Int32Array(keys.length), places = new Int32Array(keys.length).fill(NOT_IN);
  let size = 0;

  function rise(node: number, from: number): void {
    const key = keys[node];
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 2, other = nodes[above];
      if (keys[other] <= key) break;
      nodes[place] = other;
      places[other] = place;
      place = above;
    }
    nodes[place] = node;
    places[node] = place;
  }

  function sink(node: number): void {
    const key = keys[node];
    let place = 0;
    for (let first = 1; first < size; first = 4 * place + 1) {
      const end = Math.min(first + 4, size);
      let least = first, leastKey = keys[nodes[first]];
      for (let child = first + 1; child < end; child++) {
        const childKey = keys[nodes[child]];
        if (childKey < leastKey) {
          least = child;
          leastKey = childKey;
        }
      }
      if (leastKey >= key) break;
      nodes[place] = nodes[least];
      places[nodes[place]] = place;
      place = least;
    }
    nodes[place] = node;
    places[node] = place;
  }

  return {
    get size() {
      return size;
    },
    offer(node) {
      rise(node, places[node] === NOT_IN ? size++ : places[node]);
    },
    pop() {
      const top = nodes[0], last = nodes[--size];
      places[top] = NOT_IN;
      if (size > 0) sink(last);
      return top;
    },
  };
}
