/** What people do: each visit joins, does it for a while, and leaves. */
import { encodeAck, peekQ1 } from "../../protocol/graph/q1.ts";
import { encodeFilterUpdate, encodeNodeDrag, encodeNodeSelect, encodeVoiceData } from "../../protocol/graph/v4.ts";
import { encodeVoiceFrame } from "../../protocol/network/voice.ts";
import { openSocket } from "../fanout/plain_socket.ts";
import { count, Guest, type GuestBook, type Invitation } from "./guest.ts";

export interface Town {
  readonly port: number;
  readonly token: string;
  readonly nodes: number;
  readonly book: GuestBook;
  /** 0 … 1, seeded. */
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export type Visit = (town: Town) => Promise<void>;

/** Between the packets of a speaker; 1,200 a minute are taken. */
const SPEECH_MS = 60, SPEECH_BYTES = 160, OPUS_RATE = 48_000;
const SUBSCRIBE = JSON.stringify({
  type: "subscribe",
  data: { channels: ["status", "pins", "selections", "layout"] },
});

const between = (random: () => number, least: number, most: number) => least + random() * (most - least);
const anyId = ({ random, nodes }: Town) => Math.floor(random() * nodes);

function invite(town: Town, kind: string, dialect: string, onMessage?: Invitation["onMessage"]): Invitation {
  const { port, token, book } = town;
  const url = `ws://127.0.0.1:${port}/ws?protocol=${dialect}&token=${token}`;
  return { kind, url, protocols: [], book, onMessage };
}

/** Joins, acts `times` with a pause after each, leaves. */
async function visit(town: Town, invitation: Invitation, act: (guest: Guest, k: number) => void, pauseMs: number) {
  const guest = await Guest.join(invitation);
  if (guest === undefined) return town.pause(1000);
  const times = Math.ceil(between(town.random, 300, 4000) / pauseMs);
  for (let k = 0; k < times; k++) {
    act(guest, k);
    await town.pause(pauseMs);
  }
  await guest.leave();
}

const watch = (dialect: string): Visit => (town) =>
  visit(town, invite(town, `watch ${dialect}`, dialect), () => {}, 250);

const watchQ1: Visit = (town) => {
  const acknowledge = (bytes: Uint8Array, guest: Guest) => {
    const { sequence } = peekQ1(bytes);
    guest.send(encodeAck({ sequence, credit: 2, needsKeyframe: false }));
  };
  return visit(town, invite(town, "watch q1", "q1", acknowledge), (guest, k) => k === 0 && guest.send(SUBSCRIBE), 250);
};

const drag: Visit = (town) => {
  const id = anyId(town);
  const act = (guest: Guest, k: number) => {
    if (k === 0) guest.send(SUBSCRIBE);
    const at = { x: 10 * Math.cos(k / 9), y: 10 * Math.sin(k / 9), z: 0 };
    guest.send(encodeNodeDrag({ id, phase: k === 0 ? "start" : "move", ...at }));
    guest.send(encodeNodeSelect(id));
  };
  return visit(town, invite(town, "drag", "v4"), act, 50);
};

const FILTERS = [{ maxNodes: 100 }, { rootId: 0, maxDepth: 2 }, { search: "1" }, {}];

const filter: Visit = (town) => {
  const act = (guest: Guest, k: number) => guest.send(encodeFilterUpdate(FILTERS[k % FILTERS.length]));
  return visit(town, invite(town, "filter", "v4"), act, 500);
};

const packet = (sequence: number) =>
  ({ codec: "opus", channels: 1, sampleRate: OPUS_RATE, sequence, audio: new Uint8Array(SPEECH_BYTES) }) as const;

const talk: Visit = (town) => {
  const act = (guest: Guest, sequence: number) => guest.send(encodeVoiceData(packet(sequence)));
  return visit(town, invite(town, "talk in v4", "v4"), act, SPEECH_MS);
};

const talkOnly: Visit = (town) => {
  const { port, token, book } = town, url = `ws://127.0.0.1:${port}/ws/voice?token=${token}`;
  const act = (guest: Guest, sequence: number) =>
    guest.send(encodeVoiceFrame({ speaker: 0, voice: packet(sequence) }, { timestampMs: 0, priority: "high" }));
  return visit(town, { kind: "talk", url, protocols: [], book }, act, SPEECH_MS);
};

/** Hangs up in the middle of a frame, as a phone in a tunnel does. */
const vanish: Visit = async (town) => {
  const { connection } = await openSocket({ port: town.port, dialect: "v2", rateHz: 60 }, town.token);
  await connection.read(new Uint8Array(100));
  connection.close();
  count(town.book.visits, "vanish");
  await town.pause(100);
};

export const VISITS: readonly Visit[] = [
  ...["v2", "v4", "sssp"].map(watch),
  ...[watchQ1, watchQ1, drag, drag, filter, talk, talkOnly, vanish],
];
