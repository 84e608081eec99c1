import { CLOSE } from "./connection_state.ts";

/** The four things the page needs of a WebSocket, so that tests can play the server. */
export interface RawSocket {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
}

export interface SocketListeners {
  /** With the subprotocol that the server chose; "" where it chose none. */
  open(subprotocol: string): void;
  /** A string, or an ArrayBuffer. */
  message(data: unknown): void;
  /** Called once, also when the socket never opened. */
  close(code: number, reason: string): void;
}

export type OpenSocket = (url: string, subprotocols: readonly string[], listeners: SocketListeners) => RawSocket;

/** The socket of the page, or of the process. */
export const openBrowserSocket: OpenSocket = (url, subprotocols, listeners) => {
  const socket = new WebSocket(url, [...subprotocols]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => listeners.open(socket.protocol);
  socket.onmessage = (event) => listeners.message(event.data);
  // Of a connection that breaks off browsers say 1006, Deno says 0.
  socket.onclose = ({ code, reason }) => listeners.close(code === 0 ? CLOSE.abnormal : code, reason);
  return socket;
};
