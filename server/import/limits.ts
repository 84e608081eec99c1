/** Every bound of reading a graph, in one place; tests pass smaller ones. */
export interface ImportLimits {
  /** Files read together. */
  readonly files: number;
  /** Bytes of one file, after inflating. */
  readonly fileBytes: number;
  /** Bytes of one JSON file, which is parsed whole and so costs several times its size in memory. */
  readonly jsonBytes: number;
  /** Bytes of one row or line. */
  readonly rowBytes: number;
  readonly nodes: number;
  /** Edges before parallel ones are merged. */
  readonly edges: number;
  /** Characters of one key, label or type name. */
  readonly textLength: number;
  /** Different attribute names over all nodes. */
  readonly attributeColumns: number;
  /** Lists and objects inside one another in one attribute. */
  readonly attributeDepth: number;
  /** Names beside the unnamed type, for nodes and for edges each; what `Uint16Array` can number. */
  readonly typeNames: number;
  /** Largest weight: the sum of as many as there may be edges is still a finite 32-bit float. */
  readonly weight: number;
}

/** The defaults. `nodes` is the largest number of entries a JavaScript `Map` holds. */
export const IMPORT_LIMITS: ImportLimits = {
  files: 64,
  fileBytes: 8 * 2 ** 30,
  jsonBytes: 256 * 2 ** 20,
  rowBytes: 2 ** 20,
  nodes: 2 ** 24,
  edges: 2 ** 26,
  textLength: 65_536,
  attributeColumns: 512,
  attributeDepth: 32,
  typeNames: 65_535,
  weight: 1e30,
};
