type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** A typed array that grows: one number per node or edge without an object for each. */
export class GrowingColumn<T extends Numbers> {
  /** The first `length` entries count; the rest is room. Replaced when it grows. */
  values: T;
  length = 0;
  readonly #create: (length: number) => T;

  constructor(create: (length: number) => T) {
    this.#create = create;
    this.values = create(64);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.#grow(this.length + 1);
    this.values[this.length++] = value;
  }

  /** Makes the column at least `length` long; new entries are `fill`. */
  extend(length: number, fill: number): void {
    if (length <= this.length) return;
    if (length > this.values.length) this.#grow(length);
    this.values.fill(fill, this.length, length);
    this.length = length;
  }

  #grow(length: number): void {
    const grown = this.#create(Math.max(length, Math.ceil(this.values.length * 1.5)));
    grown.set(this.values);
    this.values = grown;
  }
}
