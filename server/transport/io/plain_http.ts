/** Requests and responses as values that can travel between isolates. */
import type { PlainRequest, PlainResponse } from "./messages.ts";

const EMPTY_STATUSES = [101, 204, 205, 304];

/** Reads the body up to `mostBytes` and one more, so that whoever bounds it still sees that it is too long. */
export async function plainRequest(request: Request, mostBytes: number): Promise<PlainRequest> {
  const { method, url, headers, body } = request;
  return {
    method,
    url,
    headers: [...headers],
    body: body === null ? undefined : await readUpTo(body, mostBytes + 1),
  };
}

async function readUpTo(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part.subarray(0, mostBytes - length));
    length += parts[parts.length - 1].length;
    if (length >= mostBytes) break;
  }
  return await new Blob(parts.map((part) => part.slice())).arrayBuffer();
}

export function requestOf({ method, url, headers, body }: PlainRequest): Request {
  return new Request(url, { method, headers: headers.map(([name, value]): [string, string] => [name, value]), body });
}

export function plainResponse({ status, headers, body }: Response): PlainResponse {
  return { status, headers: [...headers], hasBody: body !== null };
}

export function responseOf({ status, headers }: PlainResponse, body: ReadableStream | null): Response {
  const content = EMPTY_STATUSES.includes(status) ? null : body;
  return new Response(content, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) });
}
