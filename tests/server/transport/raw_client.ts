import { connect as connectNode } from "node:net";

export interface RawFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
}

export interface FrameOptions {
  /** Clears the FIN bit. */
  readonly unfinished?: true;
  readonly unmasked?: true;
  readonly reservedBits?: number;
  /** In place of the payload's own length. */
  readonly declaredLength?: number;
}

export const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

const HANDSHAKE = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
];

export interface HandshakeOptions {
  /** Path and query; default `/ws`. */
  readonly target?: string;
  /** In place of those that a handshake needs. */
  readonly headers?: readonly string[];
  readonly moreHeaders?: readonly string[];
}

export function handshakeBytes(port: number, options: HandshakeOptions = {}): Uint8Array<ArrayBuffer> {
  const { target = "/ws", headers = HANDSHAKE, moreHeaders = [] } = options;
  return ascii([`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, ...moreHeaders, "", ""].join("\r\n"));
}

/** A frame as a client sends it; the masking key is zero, so that the payload stays readable. */
export function frameBytes(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Uint8Array<ArrayBuffer> {
  const length = options.declaredLength ?? payload.byteLength;
  const sizeBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8, maskBytes = options.unmasked ? 0 : 4;
  const bytes = new Uint8Array(2 + sizeBytes + maskBytes + payload.byteLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = (options.unfinished ? 0 : 0x80) | (options.reservedBits ?? 0) << 4 | opcode;
  bytes[1] = (options.unmasked ? 0 : 0x80) | (sizeBytes === 0 ? length : sizeBytes === 2 ? 126 : 127);
  if (sizeBytes === 2) view.setUint16(2, length);
  if (sizeBytes === 8) view.setBigUint64(2, BigInt(length));
  bytes.set(payload, 2 + sizeBytes + maskBytes);
  return bytes;
}

export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** A TCP connection that can break every rule. */
export class RawClient {
  #unread = new Uint8Array();

  private constructor(readonly connection: Deno.TcpConn) {}

  static async connect(port: number): Promise<RawClient> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new RawClient(connection);
  }

  /** Connected and upgraded. */
  static async upgrade(port: number, options: HandshakeOptions = {}): Promise<RawClient> {
    const client = await RawClient.connect(port);
    await client.write(handshakeBytes(port, options));
    const head = await client.readHead();
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    return client;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) at += await this.connection.write(bytes.subarray(at));
  }

  /** Writes until all is sent or the peer has had enough; true when all was. */
  async pour(chunk: Uint8Array, times: number): Promise<boolean> {
    try {
      for (let time = 0; time < times; time++) await this.write(chunk);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }

  /** Status line and headers of a response. */
  async readHead(): Promise<string> {
    for (;;) {
      const text = new TextDecoder().decode(this.#unread), end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#unread = this.#unread.slice(end + 4);
        return text.slice(0, end);
      }
      if (!await this.#readMore()) throw new Error(`The connection ended after ${JSON.stringify(text)}.`);
    }
  }

  /** The next frame of the server; `undefined` once it has ended or reset the connection. */
  async readFrame(): Promise<RawFrame | undefined> {
    for (;;) {
      const frame = this.#takeFrame();
      if (frame !== undefined) return frame;
      if (!await this.#readMore()) return undefined;
    }
  }

  /** Everything until the server ends or resets the connection, as text. */
  async readToEnd(): Promise<string> {
    while (await this.#readMore());
    return new TextDecoder().decode(this.#unread);
  }

  /** Reads and forgets until the end; the number of bytes. */
  async countToEnd(): Promise<number> {
    let count = this.#unread.byteLength;
    this.#unread = new Uint8Array();
    while (await this.#readMore()) {
      count += this.#unread.byteLength;
      this.#unread = new Uint8Array();
    }
    return count;
  }

  close(): void {
    this.connection.close();
  }

  #takeFrame(): RawFrame | undefined {
    const bytes = this.#unread;
    if (bytes.byteLength < 2) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), short = bytes[1] & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.byteLength < start) return undefined;
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (bytes.byteLength < start + length) return undefined;
    this.#unread = bytes.subarray(start + length);
    return { opcode: bytes[0] & 15, isFinal: bytes[0] >= 0x80, payload: bytes.slice(start, start + length) };
  }

  async #readMore(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    try {
      const count = await this.connection.read(buffer);
      if (count === null) return false;
      this.#unread = concat(this.#unread, buffer.subarray(0, count));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }
}

/** Upgrades, then resets the connection (RST) as soon as the first byte of the answer is there. */
export async function upgradeAndReset(port: number, options: HandshakeOptions = {}): Promise<void> {
  const connection = connectNode(port, "127.0.0.1");
  connection.write(handshakeBytes(port, options));
  await new Promise((resolve) => connection.once("data", resolve));
  const gone = new Promise((resolve) => connection.once("close", resolve));
  connection.resetAndDestroy();
  await gone;
}
