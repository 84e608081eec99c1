import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../gpu/random.ts";
import { FieldError } from "../../../protocol/fields.ts";
import { createFrame } from "../../../protocol/frame.ts";
import {
  decodeV1Client,
  decodeV1Server,
  encodeV1,
  V1_BOUNDS,
  type V1Channel,
  type V1ServerMessage,
} from "../../../protocol/graph/v1.ts";

const TWO = {
  ...createFrame(2),
  ids: Uint32Array.of(7, 0xffff_ffff),
  positions: Float32Array.of(1, -2, 0.5, 0, 0, 1024),
  velocities: Float32Array.of(0, 0, 0.25, 0, 0, 0),
  masses: Float32Array.of(1, 2),
  charges: Float32Array.of(-1, 0.75),
};
const TWO_TEXT = '{"type":"nodes.update","data":{"count":2},"nodes":[' +
  '{"id":7,"position":[1,-2,0.5],"velocity":[0,0,0.25],"mass":1,"charge":-1},' +
  '{"id":4294967295,"position":[0,0,1024],"velocity":[0,0,0],"mass":2,"charge":0.75}]}';

/** Message and its text by hand, the first two as the source has them. */
const GOLDEN: readonly (readonly [V1ServerMessage, string])[] = [
  [
    { type: "processing.status", jobId: "uuid", status: "processing", progress: 45 },
    '{"type":"processing.status","data":{"jobId":"uuid","status":"processing","progress":45}}',
  ],
  [
    {
      type: "notification",
      id: "uuid",
      title: "Processing Complete",
      message: "Your job finished successfully",
    },
    '{"type":"notification","data":{"id":"uuid","title":"Processing Complete",' +
    '"message":"Your job finished successfully"}}',
  ],
  [{ type: "nodes.update", nodes: TWO }, TWO_TEXT],
];

const refused = (decode: (text: string) => unknown, text: string, path: string) =>
  assert.throws(() => decode(text), (error) => error instanceof FieldError && error.path === path, text);

Deno.test("[V1-1] every message is {type, data}, golden texts both ways", () => {
  for (const [message, text] of GOLDEN) {
    assert.equal(encodeV1(message), text);
    assert.deepEqual(decodeV1Server(text), message);
    const { type, data } = JSON.parse(text);
    assert.deepEqual([typeof type, typeof data], ["string", "object"]);
  }
});

Deno.test("[V1-1] what is no message of this dialect is refused, with the field that is wrong", () => {
  for (const text of ["", "null", "[]", '"x"', "{"]) refused(decodeV1Server, text, "");
  refused(decodeV1Server, "{}", "type");
  refused(decodeV1Server, '{"type":"weather","data":{}}', "type");
  refused(decodeV1Server, '{"type":"notification"}', "data");
  refused(decodeV1Server, '{"type":"notification","data":[]}', "data");
});

Deno.test("[V1-1] every cut text is refused", () => {
  for (const [, text] of GOLDEN) {
    for (let length = 0; length < text.length; length++) {
      assert.throws(() => decodeV1Server(text.slice(0, length)), FieldError);
    }
  }
});

Deno.test("[V1-2] a status has a job, a known state and a percentage", () => {
  const status = (data: object) =>
    JSON.stringify({ type: "processing.status", data: { jobId: "j", status: "queued", progress: 0, ...data } });
  for (const state of ["queued", "processing", "completed", "failed"]) decodeV1Server(status({ status: state }));
  for (const progress of [0, 33.3, 100]) decodeV1Server(status({ progress }));
  refused(decodeV1Server, status({ status: "dancing" }), "data.status");
  refused(decodeV1Server, status({ progress: 101 }), "data.progress");
  refused(decodeV1Server, status({ progress: -1 }), "data.progress");
  refused(decodeV1Server, status({ progress: "45" }), "data.progress");
  refused(decodeV1Server, status({ jobId: "" }), "data.jobId");
  refused(decodeV1Server, status({ jobId: "x".repeat(129) }), "data.jobId");
});

Deno.test("[V1-3] a notification has an id, a title and a message, each bounded", () => {
  const notification = (data: object) =>
    JSON.stringify({ type: "notification", data: { id: "1", title: "", message: "", ...data } });
  decodeV1Server(notification({ title: "x".repeat(256), message: "x".repeat(4_096) }));
  refused(decodeV1Server, notification({ id: 1 }), "data.id");
  refused(decodeV1Server, notification({ title: "x".repeat(257) }), "data.title");
  refused(decodeV1Server, notification({ message: "x".repeat(4_097) }), "data.message");
});

Deno.test("[V1-4] nodes lie beside data, where the source's client reads them", () => {
  const data = JSON.parse(TWO_TEXT);
  const updates = data.nodes;
  assert.deepEqual(updates.map(({ id }: { id: number }) => id), [7, 0xffff_ffff]);
});

Deno.test("[V1-4] any finite frame comes back as it went", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.integer(), (count, seed) => {
      const random = createRandom(seed), nodes = createFrame(count);
      for (const column of [nodes.positions, nodes.velocities, nodes.masses, nodes.charges]) {
        column.forEach((_, index) => column[index] = (random() - 0.5) * 10 ** (random() * 30 - 15));
      }
      assert.deepEqual(decodeV1Server(encodeV1({ type: "nodes.update", nodes })), { type: "nodes.update", nodes });
    }),
    { seed: 1, numRuns: 50 },
  );
});

Deno.test("[V1-5] a node with a missing, a misshapen or an infinite field refuses the message", () => {
  const changes: readonly object[] = [
    { id: -1 },
    { id: 2 ** 32 },
    { id: "7" },
    { position: [1, 2] },
    { position: [1, 2, 3, 4] },
    { position: [1, 2, null] },
    { position: [1, 2, 1e39] },
    { velocity: { x: 1 } },
    { velocity: [0, 0, -1e39] },
    { mass: null },
    { mass: 1e300 },
    { charge: undefined },
  ];
  for (const change of changes) {
    const message = JSON.parse(TWO_TEXT);
    Object.assign(message.nodes[1], change);
    refused(decodeV1Server, JSON.stringify(message), "nodes[1]");
  }
  refused(decodeV1Server, TWO_TEXT.replace('"count":2', '"count":3'), "data.count");
  refused(decodeV1Server, '{"type":"nodes.update","data":{"count":0}}', "nodes");
  refused(decodeV1Server, '{"type":"nodes.update","data":{"count":1},"nodes":[{"__proto__":{"id":1}}]}', "nodes[0]");
  for (const value of [NaN, Infinity]) {
    const nodes = { ...TWO, velocities: Float32Array.of(0, 0, 0, 0, 0, value) };
    assert.throws(() => encodeV1({ type: "nodes.update", nodes }), RangeError);
  }
});

Deno.test("[V1-6] a client subscribes to channels, each once", () => {
  const text = '{"type":"subscribe","data":{"channels":["projects.uuid","notifications"]}}';
  const channels: V1Channel[] = ["projects.uuid", "notifications"];
  assert.equal(encodeV1({ type: "subscribe", channels }), text);
  assert.deepEqual(decodeV1Client(text), { type: "subscribe", channels });
  const twice = JSON.stringify({ type: "subscribe", data: { channels: [...channels, ...channels] } });
  assert.deepEqual(decodeV1Client(twice).channels, channels);
  assert.deepEqual(decodeV1Client('{"type":"subscribe","data":{"channels":[]}}').channels, []);
});

Deno.test("[V1-6] other channels, and more than 64, are refused", () => {
  const subscribe = (channels: unknown) => JSON.stringify({ type: "subscribe", data: { channels } });
  for (const name of ["", "projects", "projects.", "projects.a.b", "projects.ä", "Notifications", 7, null]) {
    refused(decodeV1Client, subscribe(["notifications", name]), "data.channels[1]");
  }
  refused(decodeV1Client, subscribe([`projects.${"x".repeat(129)}`]), "data.channels[0]");
  assert.equal(decodeV1Client(subscribe([`projects.${"x".repeat(128)}`])).channels.length, 1);
  refused(decodeV1Client, subscribe(Array(V1_BOUNDS.channels + 1).fill("notifications")), "data.channels");
  refused(decodeV1Client, subscribe("notifications"), "data.channels");
  refused(decodeV1Client, '{"type":"publish","data":{}}', "type");
  refused(decodeV1Client, subscribe(["x".repeat(V1_BOUNDS.clientTextBytes)]), "");
});
