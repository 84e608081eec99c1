/** When to compress a message, and how, without letting a small one unpack into a big one. */
import { viewOf } from "./bytes.ts";
import { DecodeError, type Dialect } from "./codec.ts";

export type CompressionFormat = "gzip" | "deflate-raw";

export const COMPRESSION_MIN_BYTES = 256;
export const COMPRESSION_MAX_ENTROPY = 0.7;

/** Packed bytes that are unpacked at a time: deflate makes at most 1,032 bytes of one, and no stream says when. */
const SLICE_BYTES = 1024;

/** Entropy of the bytes' frequencies, 0 (all the same) to 1 (all 256 alike). Cost: one pass, 1 KiB of counters. */
export function byteEntropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < bytes.byteLength; at++) counts[bytes[at]]++;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= count * Math.log2(count / bytes.byteLength);
  }
  return bytes.byteLength === 0 ? 0 : bits / (8 * bytes.byteLength);
}

/** The rule for every dialect that may compress: not below 256 bytes, and only at an entropy below 0.7. */
export function worthCompressing(bytes: Uint8Array): boolean {
  return bytes.byteLength >= COMPRESSION_MIN_BYTES && byteEntropy(bytes) < COMPRESSION_MAX_ENTROPY;
}

function slices(bytes: Uint8Array, sliceBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.byteLength) controller.enqueue(bytes.slice(at, at += sliceBytes));
      if (at >= bytes.byteLength) controller.close();
    },
  }, { highWaterMark: 0 });
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Reads `stream` to its end; `undefined`, and the stream cancelled, as soon as it is longer than `maxBytes`. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = stream.getReader(), parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    parts.push(next.value);
  }
  return join(parts, length);
}

/** Packs `bytes` whether it is worth it or not: `worthCompressing` says. */
export async function compress(bytes: Uint8Array, format: CompressionFormat): Promise<Uint8Array<ArrayBuffer>> {
  const packed = slices(bytes, bytes.byteLength).pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

export interface DecompressOptions {
  readonly format: CompressionFormat;
  /** Of the unpacked bytes. */
  readonly maxBytes: number;
  /** Named in the error. */
  readonly dialect: Dialect;
}

/**
 * Unpacks `bytes`. Cost: at most twice `maxBytes` and 1 MiB at a time, however well they were packed; deflate-raw is
 * unpacked twice.
 * @throws {DecodeError} for bytes that are cut, damaged, followed by others, or larger than `maxBytes` unpacked.
 */
export async function decompress(bytes: Uint8Array, options: DecompressOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { format, maxBytes, dialect } = options;
  try {
    const whole = await unpack(bytes, format, { maxBytes });
    if (whole === undefined) {
      throw new DecodeError(dialect, 0, `${format} of at most ${maxBytes} bytes unpacked`, "more");
    }
    if (format === "deflate-raw") await unpack(asGzip(bytes, whole), "gzip", { maxBytes });
    return whole;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DecodeError(dialect, 0, `${bytes.byteLength} bytes of ${format}`, error.message);
  }
}

/** @throws {TypeError} for bytes that are not of `format`; `undefined` for more than `maxBytes`. */
function unpack(bytes: Uint8Array, format: CompressionFormat, { maxBytes }: { readonly maxBytes: number }) {
  return readAll(slices(bytes, SLICE_BYTES).pipeThrough(new DecompressionStream(format)), maxBytes);
}

/**
 * The gzip file of `whole` around its deflate stream. A runtime may take a deflate stream that is cut for a whole one;
 * a gzip file without its end it cannot.
 */
function asGzip(deflated: Uint8Array, whole: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(GZIP_HEADER.length + deflated.byteLength + 8), view = viewOf(file);
  file.set(GZIP_HEADER);
  file.set(deflated, GZIP_HEADER.length);
  view.setUint32(file.byteLength - 8, crc32(whole), true);
  view.setUint32(file.byteLength - 4, whole.byteLength, true);
  return file;
}

/** Magic, method deflate, no flags, no time, no extra flags, unknown system. */
const GZIP_HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? crc >>> 1 ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (let at = 0; at < bytes.byteLength; at++) crc = CRC_TABLE[(crc ^ bytes[at]) & 0xff] ^ crc >>> 8;
  return (crc ^ 0xffff_ffff) >>> 0;
}
