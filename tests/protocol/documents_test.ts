/** The pages of `docs/protocol/` and the code say the same: tables equal constants, worked examples are decoded. */
import assert from "node:assert/strict";
import { sssp, SSSP_RECORD_BYTES } from "../../protocol/graph/sssp.ts";
import { decodeV1Server } from "../../protocol/graph/v1.ts";
import { v2, V2_RECORD_BYTES } from "../../protocol/graph/v2.ts";
import {
  decodeV4,
  FILTER_BOUNDS,
  FragmentAssembler,
  inflateV4,
  V4_FLAG,
  V4_HEADER_BYTES,
  V4_TYPE,
} from "../../protocol/graph/v4.ts";
import { decodeSettings, SETTINGS_KIND } from "../../protocol/settings/message.ts";
import { decodeValue, VALUE_TAG } from "../../protocol/settings/value.ts";
import { hexOf, numbered, page, recordBytes, rowsOf } from "../helpers/pages.ts";

Deno.test("documents: record tables add up to the codecs' sizes", () => {
  assert.equal(recordBytes(rowsOf(page("v2.md"))), V2_RECORD_BYTES);
  assert.equal(recordBytes(rowsOf(page("sssp.md"))), SSSP_RECORD_BYTES);
  assert.equal(recordBytes(rowsOf(page("v4.md")).slice(0, 5)), V4_HEADER_BYTES);
});

Deno.test("documents: V4's types, flags and filter bounds are those of the code", () => {
  const rows = rowsOf(page("v4.md")), flagsAt = rows.findIndex(([first]) => first === "flag");
  assert.deepEqual(numbered(rows.slice(0, flagsAt), 1), new Map(Object.entries(V4_TYPE)));
  const flags = numbered(rows.slice(flagsAt), 2);
  const { deflated, keyframe, delta, moreFragments, reply, dragStart, dragEnd } = V4_FLAG;
  const phase = dragStart | dragEnd;
  assert.deepEqual(
    [...flags],
    Object.entries({ deflated, keyframe, delta, more: moreFragments, "drag phase": phase, "–": 0x40, reply }),
  );
  const bound = (field: string) => rows.find(([first]) => first === `\`${field}\``)?.at(-1)?.replaceAll(",", "") ?? "";
  assert.match(bound("types"), new RegExp(`to ${FILTER_BOUNDS.types} .* to ${FILTER_BOUNDS.typeCharacters} `));
  assert.match(bound("maxDepth"), new RegExp(`to ${FILTER_BOUNDS.maxDepth}$`));
  assert.match(bound("clusters"), new RegExp(`to ${FILTER_BOUNDS.clusters} `));
  assert.match(bound("search"), new RegExp(`to ${FILTER_BOUNDS.searchCharacters} `));
  assert.match(bound("maxNodes"), new RegExp(`to ${FILTER_BOUNDS.maxNodes}$`));
});

Deno.test("documents: the tags and kinds of settings are those of the code", () => {
  const rows = rowsOf(page("settings.md")), kindsAt = rows.findIndex(([first]) => first === "kind");
  assert.deepEqual(numbered(rows.slice(0, kindsAt), 1), new Map(Object.entries(VALUE_TAG)));
  assert.deepEqual(numbered(rows.slice(kindsAt), 1), new Map(Object.entries(SETTINGS_KIND)));
});

Deno.test("documents: the worked examples of V2, shortest paths and V1 say what their pages say", () => {
  const [record] = hexOf(page("v2.md"), { joined: [0] }), frame = v2.decode(record);
  assert.deepEqual([...frame.ids, ...frame.positions, ...frame.velocities], [7, 1, -2, 0.5, 0, 0, 0]);
  const [path] = hexOf(page("sssp.md"), { joined: [0] }),
    { ids, kinds, velocities, distances, parents } = sssp.decode(path);
  assert.deepEqual([...ids, ...kinds, ...velocities, ...distances, ...parents], [16_383, 2, -1, 0, 8, 2.5, 7]);
  const text = /```json\n(.*?)```/s.exec(page("v1.md"))?.[1] ?? "", message = decodeV1Server(text);
  assert.ok(message.type === "nodes.update");
  assert.deepEqual([...message.nodes.ids, ...message.nodes.positions, ...message.nodes.charges], [7, 1, -2, 0.5, -1]);
});

Deno.test("documents: the worked examples of V4 and settings say what their pages say", async () => {
  const [drag, plain, deflated, first, last, voice] = hexOf(page("v4.md"), { joined: [] });
  assert.deepEqual(decodeV4(drag), { type: "nodeDrag", id: 7, phase: "end", x: 1, y: -2, z: 0.5 });
  assert.deepEqual(decodeV4(plain), { type: "filterUpdate", filter: {} });
  assert.deepEqual(await inflateV4(deflated, { maxBytes: 10 }), plain);
  const assembler = new FragmentAssembler({ maxFragments: 2, maxBytes: 10 });
  assert.deepEqual([assembler.push(first), assembler.push(last)], [undefined, plain]);
  const { type, ...packet } = decodeV4(voice);
  const audio = Uint8Array.of(0xf8, 0xff, 0xfe);
  assert.equal(type, "voiceData");
  assert.deepEqual(packet, { codec: "opus", channels: 1, sequence: 258, sampleRate: 48_000, audio });

  const [value, paths] = hexOf(page("settings.md"), { joined: [] });
  const entries = new Map<string, unknown>([["a", { type: "i32", value: 1 }], ["b", { type: "null" }]]);
  assert.deepEqual(decodeValue(value), { type: "object", entries });
  assert.deepEqual(decodeSettings(paths), { type: "paths", first: 1, paths: ["b.c", "gone"] });
});
