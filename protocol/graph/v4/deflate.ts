/** Flag bit 0: the payload, all of it, is "deflate-raw" (RFC 1951). Deflated first, then cut into fragments. */
import { viewOf } from "../../bytes.ts";
import { fail, hex, readPlainHeader, readTransferHeader, TRANSFER_FLAGS, V4_FLAG, V4_HEADER_BYTES } from "./header.ts";

/** Deflate expands at most 1,032-fold, so that one slice of input gives at most a megabyte before it is counted. */
const INFLATED_SLICE_BYTES = 1_024;

/** `bytes` in slices, each handed over only when asked for. */
function slicesOf(bytes: Uint8Array<ArrayBuffer>, sliceBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + sliceBytes));
      at += sliceBytes;
    },
  }, { highWaterMark: 0 });
}

type Collected = { readonly ok: true; readonly chunks: Uint8Array[]; readonly bytes: number } | { readonly ok: false };

/** Everything the stream gives; not ok as soon as it gives more than `maxBytes`. */
async function collect(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Collected> {
  const reader = stream.getReader(), chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { ok: true, chunks, bytes };
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      return { ok: false };
    }
    chunks.push(value);
  }
}

function withPayload(message: Uint8Array, flags: number, chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const out = new Uint8Array(V4_HEADER_BYTES + length);
  out.set(message.subarray(0, V4_HEADER_BYTES));
  out[2] = flags;
  let at = V4_HEADER_BYTES;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/**
 * The message with its payload deflated, or as it was where that would not make it shorter (float columns often do not).
 * @throws {DecodeError} for a type that is never deflated, or one that is deflated or a fragment already.
 */
export async function deflateV4(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { flags } = readPlainHeader(viewOf(message)), payload = message.slice(V4_HEADER_BYTES);
  if ((flags & TRANSFER_FLAGS) !== 0) fail(2, "a whole plain message", hex(flags));
  // In one slice: a flush after each of many would cost bytes.
  const stream = slicesOf(payload, payload.length).pipeThrough(new CompressionStream("deflate-raw"));
  const deflated = await collect(stream, payload.length - 1);
  return deflated.ok ? withPayload(message, flags | V4_FLAG.deflated, deflated.chunks) : message.slice();
}

/**
 * The message with its payload inflated; one that is not deflated comes back as it is.
 * Cost: at most `maxBytes` and about a megabyte more, whatever the bytes claim.
 * @throws {DecodeError} for bytes that are no deflate stream, or more than `maxBytes` of payload.
 */
export async function inflateV4(
  message: Uint8Array,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Uint8Array> {
  const { flags } = readTransferHeader(viewOf(message));
  if ((flags & V4_FLAG.moreFragments) !== 0) fail(2, "a whole message", "a fragment");
  if ((flags & V4_FLAG.deflated) === 0) return message;
  const deflated = slicesOf(message.slice(V4_HEADER_BYTES), INFLATED_SLICE_BYTES);
  const stream = deflated.pipeThrough(new DecompressionStream("deflate-raw"));
  const inflated = await collect(stream, maxBytes).catch((error: unknown) => {
    // The streams report bad data, and only that, as a TypeError.
    if (error instanceof TypeError) return undefined;
    throw error;
  });
  if (inflated === undefined) fail(V4_HEADER_BYTES, "a deflate-raw payload", "bytes that are none");
  if (!inflated.ok) fail(V4_HEADER_BYTES, `at most ${maxBytes} bytes of payload`, "more");
  return withPayload(message, flags & ~V4_FLAG.deflated, inflated.chunks);
}
