/** Clients whose connection can be lost, and what they say of coming back. */
import assert from "node:assert/strict";
import type { EventChannel } from "../../protocol/graph/events.ts";
import { encodeNodeDrag } from "../../protocol/graph/v4.ts";
import { CutLink } from "./cut_link.ts";
import { eventOf } from "./each_transport.ts";
import { SocketClient } from "./socket_client.ts";
import type { TestServer } from "./test_server.ts";

export interface Lossy {
  readonly link: CutLink;
  /** Of the server, and of the server by this link. */
  readonly plain: string;
  readonly url: string;
  readonly client: SocketClient;
}

/** A client whose link can be lost. */
export async function lossy({ ports, ws }: TestServer, token: string, options = "&rate=1"): Promise<Lossy> {
  const link = new CutLink(ports.graph), plain = `${ws}?token=${token}${options}`, url = link.by(plain);
  return { link, plain, url, client: await SocketClient.connect(url, ["orrery.v4"]) };
}

export function subscribe(client: SocketClient, channels: readonly EventChannel[], resume?: boolean): void {
  client.send(JSON.stringify({ type: "subscribe", data: { channels, resume } }));
}

const isTicket = (message: Uint8Array | string) => eventOf("resume")(message)?.data;

export async function ticketOf(client: SocketClient): Promise<string> {
  const data = await client.next(isTicket);
  assert.ok("token" in data, JSON.stringify(data));
  return data.token;
}

export const drag = (id: number, phase: "start" | "move" | "end", x: number) =>
  encodeNodeDrag({ id, phase, x, y: 0, z: 0 });

export const named = (name: string) => (message: Uint8Array | string) => {
  const data = eventOf("participants")(message)?.data;
  return data?.participants.some((one) => one.name === name) ? data : undefined;
};

/** What a resumed socket is told first. */
export const outcomeOf = async (client: SocketClient) => {
  const data = await client.next(isTicket);
  return "token" in data ? data.resumed : data.reason;
};

/** An editor whose connection has been lost, and who may come back. */
export async function goneEditor(server: TestServer) {
  const { client, ...lost } = await lossy(server, await server.token("editor"));
  subscribe(client, ["participants"], true);
  const token = await ticketOf(client);
  const { participants: [{ user }] } = (await client.next(eventOf("participants"))).data;
  lost.link.cut();
  await client.closed;
  return { ...lost, user, ticket: { token, sequence: 0 } };
}
