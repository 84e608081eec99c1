/**
 * BLAKE3 of 32 bytes, unkeyed: what settings are compared by.
 *
 * Source: "BLAKE3: one function, fast everywhere", O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020. Input is cut into
 * chunks of 1,024 bytes; their chaining values are the leaves of a binary tree whose left side is always full.
 * Cost: 5 µs for one setting, 65 ns per byte of large inputs; for files take a package.
 */
import { viewOf } from "../bytes.ts";
import { HASH_BYTES } from "./delta.ts";

const BLOCK_BYTES = 64, CHUNK_BYTES = 1_024, WORDS = 16;
const FLAG = { chunkStart: 1, chunkEnd: 2, parent: 4, root: 8 } as const;
/** Fractions of the square roots of the first eight primes, as in SHA-256. */
const START = Uint32Array.of(
  ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a],
  ...[0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
);
/** How a message's words change places from one round to the next. */
const SHUFFLE = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const ROUNDS = 7;
/** Which word is used where, round by round. */
const ORDERS = Array.from({ length: ROUNDS }).reduce<number[][]>(
  (
    orders,
  ) => [...orders, orders.length === 0 ? [...SHUFFLE.keys()] : SHUFFLE.map((from) => orders[orders.length - 1][from])],
  [],
);

const rotated = (word: number, by: number) => word >>> by | word << (32 - by);

/** One quarter of the state is stirred with two words of the message. */
function mix(state: Uint32Array, a: number, b: number, c: number, d: number, first: number, second: number): void {
  state[a] += state[b] + first;
  state[d] = rotated(state[d] ^ state[a], 16);
  state[c] += state[d];
  state[b] = rotated(state[b] ^ state[c], 12);
  state[a] += state[b] + second;
  state[d] = rotated(state[d] ^ state[a], 8);
  state[c] += state[d];
  state[b] = rotated(state[b] ^ state[c], 7);
}

/** A block that is still to be compressed: it may yet turn out to be the root. */
interface Node {
  readonly chaining: Uint32Array;
  readonly words: Uint32Array;
  /** Number of the chunk; 0 for parents. */
  readonly counter: number;
  readonly bytes: number;
  readonly flags: number;
}

/** The eight words that stand for the block from here on. */
function compress({ chaining, words, counter, bytes, flags }: Node): Uint32Array {
  const state = new Uint32Array(WORDS);
  state.set(chaining);
  state.set(START.subarray(0, 4), 8);
  state.set([counter, Math.floor(counter / 2 ** 32), bytes, flags], 12);
  for (const order of ORDERS) {
    for (let i = 0; i < 4; i++) mix(state, i, i + 4, i + 8, i + 12, words[order[2 * i]], words[order[2 * i + 1]]);
    for (let i = 0; i < 4; i++) {
      const b = 4 + (i + 1) % 4, c = 8 + (i + 2) % 4, d = 12 + (i + 3) % 4;
      mix(state, i, b, c, d, words[order[8 + 2 * i]], words[order[9 + 2 * i]]);
    }
  }
  for (let at = 0; at < 8; at++) state[at] ^= state[at + 8];
  return state.subarray(0, 8);
}

/** The last block of one chunk, which carries all before it. */
function chunkNode(chunk: Uint8Array, counter: number): Node {
  const last = Math.max(0, Math.ceil(chunk.length / BLOCK_BYTES) - 1);
  let chaining: Uint32Array = START;
  for (let block = 0;; block++) {
    const padded = new Uint8Array(BLOCK_BYTES), view = viewOf(padded);
    const part = chunk.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    padded.set(part);
    const words = new Uint32Array(WORDS);
    for (let at = 0; at < WORDS; at++) words[at] = view.getUint32(4 * at, true);
    const flags = (block === 0 ? FLAG.chunkStart : 0) | (block === last ? FLAG.chunkEnd : 0);
    const node = { chaining, words, counter, bytes: part.length, flags };
    if (block === last) return node;
    chaining = compress(node);
  }
}

/** The subtree over `bytes`, whose first chunk has this number. */
function treeNode(bytes: Uint8Array, counter: number): Node {
  if (bytes.length <= CHUNK_BYTES) return chunkNode(bytes, counter);
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES), left = 2 ** Math.floor(Math.log2(chunks - 1));
  const words = new Uint32Array(WORDS);
  words.set(compress(treeNode(bytes.subarray(0, left * CHUNK_BYTES), counter)));
  words.set(compress(treeNode(bytes.subarray(left * CHUNK_BYTES), counter + left)), 8);
  return { chaining: START, words, counter: 0, bytes: BLOCK_BYTES, flags: FLAG.parent };
}

/** The hash of `bytes` in 32 bytes. */
export function blake3(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const root = treeNode(bytes, 0), out = new Uint8Array(HASH_BYTES), view = viewOf(out);
  compress({ ...root, flags: root.flags | FLAG.root }).forEach((word, at) => view.setUint32(4 * at, word, true));
  return out;
}
