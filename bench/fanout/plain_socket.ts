/** A WebSocket as plain TCP: the handshake, and messages that need no masking. */
import type { Scenario } from "./scenario.ts";

export interface PlainSocket {
  readonly connection: Deno.TcpConn;
  /** What came right behind the handshake. */
  readonly first: Uint8Array;
}

interface Address extends Pick<Scenario, "dialect" | "rateHz"> {
  readonly hostname?: string;
  readonly port: number;
  readonly from?: string;
  /** Which socket, and in which room for voice. */
  readonly at?: "/ws" | "/ws/voice";
  readonly room?: string;
}

/** @throws {Error} with the server's answer where it refuses. */
export async function openSocket(address: Address, name: string): Promise<PlainSocket> {
  const { hostname = "127.0.0.1", port, dialect, rateHz, from = "one", at = "/ws", room } = address;
  const inRoom = room === undefined ? "" : `&room=${room}`;
  const connection = await Deno.connect({ hostname, port });
  connection.setNoDelay();
  await connection.write(new TextEncoder().encode(
    `GET ${at}?token=${name}&protocol=${dialect}&rate=${rateHz}&from=${from}${inRoom} HTTP/1.1\r\n` +
      `Host: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ));
  return { connection, first: await readHandshake(connection) };
}

async function readHandshake(connection: Deno.Conn): Promise<Uint8Array> {
  const room = new Uint8Array(4096);
  let text = "";
  while (!text.includes("\r\n\r\n")) {
    const count = await connection.read(room);
    if (count === null) throw new Error(`The server hung up: ${text}`);
    text += String.fromCharCode(...room.subarray(0, count));
  }
  const end = text.indexOf("\r\n\r\n") + 4;
  if (!text.startsWith("HTTP/1.1 101")) throw new Error(text);
  return Uint8Array.from(text.slice(end), (character) => character.charCodeAt(0));
}

/** The answer to an empty ping. */
export const PONG = Uint8Array.of(0x8a, 0x80, 0, 0, 0, 0);

/** A masked frame with the key 0, of less than 64 KiB. */
export function clientFrame(payload: Uint8Array, { isText = false } = {}): Uint8Array {
  const { length } = payload, start = isText ? 0x81 : 0x82;
  const header = length < 126 ? [start, 0x80 | length] : [start, 0x80 | 126, length >> 8, length & 0xff];
  return Uint8Array.from([...header, 0, 0, 0, 0, ...payload]);
}
