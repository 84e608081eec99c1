/** Finds where WebSocket messages begin and end in what a plain TCP connection brings. */

/** So many bytes at the start of a message hold its sequence or its time, in every dialect. */
const HEAD_BYTES = 40;

/** Finds messages in what arrives. Only what the server of this run sends: unmasked, unfragmented, pings empty. */
export class MessageScanner {
  readonly #header = new Uint8Array(10);
  readonly #head = new DataView(new ArrayBuffer(HEAD_BYTES));
  #headerBytes = 0;
  #headBytes = 0;
  #left = 0;

  constructor(
    private readonly onMessage: (head: DataView, isBinary: boolean) => void,
    private readonly onPing: () => void = () => {},
  ) {}

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) at = this.#left === 0 ? this.#readHeader(chunk, at) : this.#skip(chunk, at);
  }

  #readHeader(chunk: Uint8Array, from: number): number {
    let at = from;
    const header = this.#header;
    const wanted = () => this.#headerBytes < 2 ? 2 : header[1] === 127 ? 10 : header[1] === 126 ? 4 : 2;
    while (this.#headerBytes < wanted() && at < chunk.length) header[this.#headerBytes++] = chunk[at++];
    if (this.#headerBytes < wanted()) return at;
    const view = new DataView(header.buffer);
    this.#left = header[1] === 127 ? Number(view.getBigUint64(2)) : header[1] === 126 ? view.getUint16(2) : header[1];
    this.#headBytes = 0;
    if (this.#left === 0) this.#headerBytes = 0;
    if (header[0] === 0x89) this.onPing();
    return at;
  }

  #skip(chunk: Uint8Array, from: number): number {
    const length = Math.min(this.#left, chunk.length - from);
    for (let k = 0; k < length && this.#headBytes < HEAD_BYTES; k++) {
      this.#head.setUint8(this.#headBytes++, chunk[from + k]);
    }
    this.#left -= length;
    if (this.#left === 0) {
      this.#headerBytes = 0;
      this.onMessage(this.#head, (this.#header[0] & 15) === 2);
    }
    return from + length;
  }
}
