/** The pages of messages, and of what all dialects share, say what the code says; `documents_test.ts` has the graph's. */
import assert from "node:assert/strict";
import { COMPRESSION_MAX_ENTROPY, COMPRESSION_MIN_BYTES, decompress } from "../../protocol/compression.ts";
import {
  COMPONENT_STATES,
  CONTROL_MESSAGE_MAX_BYTES,
  METRIC_FIELDS,
  METRIC_NAMES,
  parseControlMessage,
} from "../../protocol/control/status.ts";
import { createFrame } from "../../protocol/frame.ts";
import { EVENT_CHANNELS, parseClientText, parseServerEvent } from "../../protocol/graph/events.ts";
import { GRAPH_DIALECTS, negotiate, offeredProtocols, SUBPROTOCOL_PREFIX } from "../../protocol/graph/negotiate.ts";
import {
  keyframeLength,
  Q1_ACK_BYTES,
  Q1_FIRST_CREDIT,
  Q1_KIND,
  Q1_VERSION,
  Q1Decoder,
} from "../../protocol/graph/q1.ts";
import { AT } from "../../protocol/graph/q1/header.ts";
import { RESUME_REASONS } from "../../protocol/graph/resume.ts";
import { SSSP_MAX_NODES, SSSP_RECORD_BYTES } from "../../protocol/graph/sssp.ts";
import { isV1Channel, V1_BOUNDS } from "../../protocol/graph/v1.ts";
import {
  encodeRpc,
  parseRpc,
  RPC_ERROR,
  RPC_MAX_BATCH,
  RPC_MAX_BYTES,
  RPC_MAX_DEPTH,
} from "../../protocol/mcp/json_rpc.ts";
import {
  decodeNetworkFrame,
  NETWORK_HEADER_BYTES,
  NETWORK_MAX_PAYLOAD_BYTES,
  NETWORK_TYPE,
  PRIORITIES,
} from "../../protocol/network/frame.ts";
import { decodeVoicePayload } from "../../protocol/network/voice.ts";
import { AGENT_STATES } from "../../protocol/network/payload.ts";
import { CLIENT_TYPES } from "../../protocol/realtime/client_message.ts";
import { checksumOf, decodeEnvelope, ENVELOPE_HEADER_BYTES, ENVELOPE_TYPE } from "../../protocol/realtime/envelope.ts";
import { CLIENT_MESSAGE_MAX_BYTES, ERROR_CODES, SERVER_MESSAGE_MAX_BYTES } from "../../protocol/realtime/message.ts";
import {
  ACK_STATUSES,
  NOTIFICATION_LEVELS,
  parseServerMessage,
  SERVER_TYPES,
} from "../../protocol/realtime/server_message.ts";
import { SETTINGS_MESSAGE_BYTES } from "../../protocol/settings/message.ts";
import { PATH_BOUNDS } from "../../protocol/settings/path.ts";
import { VALUE_BOUNDS } from "../../protocol/settings/value.ts";
import { VOICE_HEADER_BYTES } from "../../protocol/voice.ts";
import { LIMITS } from "../../server/limits.ts";
import { blocksOf, counted, hexOf, page, recordBytes, ruleOf, tableOf } from "../helpers/pages.ts";
import { opus, typedBytes, V4_BYTES } from "../helpers/voice.ts";

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** Says that the rule has every one of these numbers and words. */
function says(text: string, id: string, facts: readonly (string | number)[]): void {
  const rule = ruleOf(text, id);
  for (const fact of facts) {
    const words = typeof fact === "number" ? counted(fact) : fact;
    assert.ok(rule.includes(words), `${id} does not say ${words}: ${rule}`);
  }
}

Deno.test("documents: negotiation names every dialect, and its example comes out as told", () => {
  const text = page("negotiation.md"), rows = tableOf(text, "dialect");
  assert.deepEqual(rows.map((row) => codes(row[1])[0]), GRAPH_DIALECTS.map((name) => SUBPROTOCOL_PREFIX + name));
  assert.deepEqual(rows.map((row) => codes(row[2])[0]), GRAPH_DIALECTS.map((name) => `?protocol=${name}`));
  assert.deepEqual(rows.map((row) => row[4]), ["any", "any", "any", `to ${counted(SSSP_MAX_NODES)}`, "any"]);
  says(text, "NEG-5", [SSSP_MAX_NODES]);
  const [, offer = ""] = /Protocol: (.*orrery.*, .*)/.exec(text) ?? [],
    [, answer] = /Protocol: (orrery\.q1)$/m.exec(text) ?? [];
  const chosen = negotiate(offeredProtocols(offer), "v2", { spoken: ["v2", "v4", "q1"], nodeCount: 1 });
  assert.deepEqual(chosen, { ok: true, dialect: "q1", protocol: answer });
});

Deno.test("documents: V1's channels and bounds are those of the code", () => {
  const text = page("v1.md");
  assert.deepEqual(tableOf(text, "type").map(([name]) => codes(name)[0]), [
    ...["processing.status", "notification", "nodes.update", "subscribe"],
  ]);
  says(text, "V1-1", [V1_BOUNDS.clientTextBytes, V1_BOUNDS.depth]);
  says(text, "V1-2", [V1_BOUNDS.idCharacters]);
  says(text, "V1-3", [V1_BOUNDS.titleCharacters, V1_BOUNDS.messageCharacters]);
  says(text, "V1-6", [V1_BOUNDS.channels]);
  assert.ok(isV1Channel("notifications") && isV1Channel(`projects.${"x".repeat(V1_BOUNDS.idCharacters)}`));
});

Deno.test("documents: the bounds of shortest paths and settings are those of the code", () => {
  says(page("sssp.md"), "SSSP-3", [SSSP_MAX_NODES - 1, SSSP_MAX_NODES, SSSP_MAX_NODES * SSSP_RECORD_BYTES]);
  const text = page("settings.md");
  says(text, "SET-4", [VALUE_BOUNDS.depth, VALUE_BOUNDS.valueBytes, VALUE_BOUNDS.keyBytes]);
  says(text, "SET-5", [PATH_BOUNDS.segments, PATH_BOUNDS.pathBytes]);
  says(text, "SET-6", [PATH_BOUNDS.paths]);
  says(text, "SET-9", [SETTINGS_MESSAGE_BYTES]);
});

Deno.test("documents: Q1's tables and worked example are those of the code", () => {
  const text = page("q1.md"), frames = tableOf(text, "offset"), acks = tableOf(text, "offset", { nth: 1 });
  const { low, base, earlier, body, quantum, steps, ...shared } = AT;
  assert.deepEqual(frames.map(([offset]) => Number(offset)), [
    ...Object.values(shared),
    ...[low, low + 4, low + 8, quantum, steps],
  ]);
  assert.deepEqual([base, earlier, body], [low, low + 4, low + 8], "a delta's fields lie beside a keyframe's");
  assert.deepEqual(frames[0].slice(3), [String(Q1_VERSION), String(Q1_VERSION)]);
  assert.deepEqual(frames[1].slice(3), [String(Q1_KIND.keyframe), String(Q1_KIND.delta)]);
  assert.equal(recordBytes(acks), Q1_ACK_BYTES);
  assert.deepEqual(acks.slice(0, 2).map((row) => row[3]), [String(Q1_VERSION), String(Q1_KIND.ack)]);
  says(text, "Q1-2", [keyframeLength(100_000)]);
  says(text, "Q1-13", [Q1_FIRST_CREDIT]);

  const decoder = new Q1Decoder(), frame = createFrame(3);
  const [keyframe, first, second] = hexOf(text, { joined: [0, 1, 2] });
  const half = 5 / 65_536 / 2,
    near = (meant: readonly number[]) =>
      meant.every((value, k) => Math.abs(value - frame.positions[k]) <= half * 1.001);
  assert.equal(decoder.decodeInto(keyframe, frame), "frame");
  assert.deepEqual([decoder.generation, decoder.sequence, decoder.quantum], [7, 5, 5 / 65_536]);
  assert.ok(near([0, 0, 0, 4, 0, 0, 2, 1, -1]));
  const [x, y] = [frame.positions[0], frame.positions[7]];
  for (const [turn, message] of [first, second].entries()) {
    assert.equal(decoder.decodeInto(message, frame), "frame");
    const moved = [frame.positions[0] - x, frame.positions[7] - y].map((way) => Math.round(way / decoder.quantum));
    assert.deepEqual(moved, [2 * (turn + 1), -3 * (turn + 1)]);
  }
});

Deno.test("documents: typed frames have the header, types, priorities and bounds of the code", () => {
  const text = page("network.md"), header = tableOf(text, "offset");
  assert.equal(recordBytes(header), NETWORK_HEADER_BYTES);
  assert.equal(Number(header.at(-1)?.[0]), NETWORK_HEADER_BYTES, "the payload follows");
  const types = tableOf(text, "type").map(([number, name]) => [
    name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
    Number(number),
  ]);
  assert.deepEqual(Object.fromEntries(types), NETWORK_TYPE);
  says(text, "NF-3", [PRIORITIES.map((name, number) => `${number} ${name}`).join(", ")]);
  says(text, "NF-4", [NETWORK_MAX_PAYLOAD_BYTES]);
  says(text, "NF-8", [AGENT_STATES.slice(0, -1).join(", "), AGENT_STATES[AGENT_STATES.length - 1]]);
  const [voice] = hexOf(text, { joined: [0] }), { payload, ...frame } = decodeNetworkFrame(voice);
  assert.deepEqual(frame, { type: "voiceFrame", priority: "critical", packing: "none", timestampMs: 100 });
  assert.deepEqual(decodeVoicePayload({ packing: "none", payload }), { speaker: 7, voice: opus(258) });
});

Deno.test("documents: voice has the packet, the bounds and the limits of the code", () => {
  const text = page("voice.md"), [typed, v4] = hexOf(text, { joined: [0] });
  assert.equal(recordBytes(tableOf(text, "offset")), VOICE_HEADER_BYTES);
  assert.deepEqual(typed, typedBytes(7));
  assert.deepEqual(v4, V4_BYTES);
  says(text, "VO-11", [LIMITS.queuedVoice.value, LIMITS.queuedVoiceMs.value]);
  says(text, "VO-12", [LIMITS.voiceMessages.value, LIMITS.voiceBurst.value, LIMITS.messagesOverLimit.value]);
  says(text, "VO-13", [LIMITS.voiceBytes.value]);
  says(text, "VO-14", [LIMITS.voiceRooms.value, LIMITS.voiceMembers.value, LIMITS.voiceMessageBytes.value]);
  says(text, "VO-16", [LIMITS.voiceHeartbeatMs.value / 1000, LIMITS.voiceSilenceMs.value / 1000]);
  const positions = [LIMITS.positionMessages.value, LIMITS.positionBurst.value, LIMITS.messagesOverLimit.value];
  says(page("sssp.md"), "SSSP-9", positions);
});

Deno.test("documents: realtime has the types, statuses, codes and bounds of the code", async () => {
  const text = page("realtime.md");
  const client = tableOf(text, "client → server").flatMap(([names]) => codes(names));
  assert.deepEqual(client, [...CLIENT_TYPES, "X-…"]);
  const server = tableOf(text, "server → client").flatMap(([names]) => codes(names));
  assert.deepEqual(server, [...SERVER_TYPES, "X-…"]);
  const rowOf = (name: string) =>
    tableOf(text, "server → client").find(([names]) => names === `\`${name}\``)?.[1] ?? "";
  for (const status of ACK_STATUSES) assert.ok(rowOf("Ack").includes(status));
  for (const level of NOTIFICATION_LEVELS) assert.ok(rowOf("Notification").includes(level));
  assert.deepEqual(ruleOf(text, "RT-13").match(/\d{3}/g)?.map(Number), [...ERROR_CODES]);
  says(text, "RT-3", [CLIENT_MESSAGE_MAX_BYTES, SERVER_MESSAGE_MAX_BYTES]);
  assert.equal(recordBytes(tableOf(text, "offset")), ENVELOPE_HEADER_BYTES);
  const types = tableOf(text, "type").map(([number, name]) => [codes(name)[0], Number(number)]);
  assert.deepEqual(Object.fromEntries(types), ENVELOPE_TYPE);
  const [file] = hexOf(text, { joined: [0] }), { type, payload } = decodeEnvelope(file);
  const answer = parseServerMessage(blocksOf(text, "json")[0]);
  assert.ok(answer.ok && answer.message.type === "Status" && answer.message.data.status === "binary_received");
  const { details } = answer.message.data;
  assert.deepEqual(details, { size: payload.length, type, checksum: await checksumOf(payload) });
});

Deno.test("documents: the control center has the states, metrics and bounds of the code", () => {
  const text = page("control.md"), message = parseControlMessage(blocksOf(text, "json")[0]);
  assert.ok(message.type === "status");
  assert.deepEqual(Object.keys(message.status.metrics).slice(1), Object.values(METRIC_FIELDS));
  const fields = [...Object.keys(message.status.components.store), ...Object.values(METRIC_FIELDS)];
  for (const [field] of tableOf(text, "field")) assert.ok(fields.includes(codes(field)[0]), field);
  says(text, "CC-3", [
    `${COMPONENT_STATES.slice(0, -1).join(", ")} or ${COMPONENT_STATES[COMPONENT_STATES.length - 1]}`,
  ]);
  says(text, "CC-7", [METRIC_NAMES.slice(0, -1).join(", "), METRIC_NAMES[METRIC_NAMES.length - 1]]);
  says(text, "CC-10", [CONTROL_MESSAGE_MAX_BYTES]);
});

Deno.test("documents: JSON-RPC has the members, codes and bounds of the code, and answers as in its example", () => {
  const text = page("json_rpc.md");
  const written = [
    encodeRpc({ type: "request", id: 1, method: "m", params: [] }),
    encodeRpc({ type: "notification", method: "m", params: [] }),
    encodeRpc({ type: "success", id: 1, result: 1 }),
    encodeRpc({ type: "failure", id: 1, error: { code: 1, message: "" } }),
  ];
  const members = tableOf(text, "message").slice(0, -1).map(([, cell]) =>
    codes(cell).map((name) => /^\w+/.exec(name)?.[0])
  );
  assert.deepEqual(members, written.map((line) => Object.keys(JSON.parse(line))));
  says(text, "RPC-2", [RPC_MAX_BYTES, RPC_MAX_DEPTH]);
  says(text, "RPC-9", [RPC_MAX_BATCH]);
  const told = ruleOf(text, "RPC-10").replace(/\.$/, "").split(", ");
  assert.deepEqual(told, Object.values(RPC_ERROR).map(({ code, message }) => `${code} ${message}`));
  const [asked, , broken, refusal] = [...text.matchAll(/^[→←] (.*)$/gm)].map(([, line]) => line);
  const request = parseRpc(asked), invalid = parseRpc(broken);
  assert.ok(request.type === "single" && request.item.type === "request" && request.item.method === "subtract");
  assert.ok(invalid.type === "single" && invalid.item.type === "invalid" && invalid.item.answer !== undefined);
  assert.equal(encodeRpc(invalid.item.answer), refusal);
});

Deno.test("documents: events and compression say what the code does", async () => {
  const events = page("events.md");
  assert.deepEqual(tableOf(events, "type").map(([name]) => codes(name)[0]), [
    ...EVENT_CHANNELS,
    ...["released", "filter", "shutdown", "error"],
  ]);
  const [filter, subscribe, pins, released, looks] = blocksOf(events, "json");
  assert.equal(parseClientText(filter).type, "filter");
  assert.deepEqual(parseClientText(subscribe), { type: "subscribe", channels: [...EVENT_CHANNELS] });
  for (const text of [pins, released]) assert.equal(parseServerEvent(text)?.type, JSON.parse(text).type);
  const [said, told] = looks.trim().split("\n"), camera = parseClientText(said), cameras = parseServerEvent(told);
  assert.ok(camera.type === "camera" && cameras?.type === "cameras");
  assert.deepEqual(cameras.data.cameras, [{ participant: 4, ...camera.camera }]);
  says(events, "EV-9", [`for ${LIMITS.holdIdleMs.value} ms`]);
  says(events, "EV-10", [`at most ${LIMITS.heldNodesPerSession.value} nodes`]);
  says(events, "EV-11", [
    `the first ${LIMITS.listedParticipants.value}`,
    `at most ${LIMITS.participantNameLength.value} characters`,
  ]);
  says(events, "EV-12", [`${LIMITS.cameraHz.value} times`, `${LIMITS.listedCameras.value} participants`]);
  says(events, "EV-12", [`±${counted(LIMITS.cameraCoordinate.value)}`]);
  const text = page("compression.md"), [stored] = hexOf(text, { joined: [] });
  says(text, "CP-2", [COMPRESSION_MIN_BYTES, String(COMPRESSION_MAX_ENTROPY)]);
  const hello = await decompress(stored, { format: "deflate-raw", maxBytes: 5, dialect: "v4" });
  assert.equal(new TextDecoder().decode(hello), "Hello");
});

Deno.test("documents: coming back says what the code does", () => {
  const text = page("resume.md"), [subscribe, token, back, anew] = blocksOf(text, "json");
  assert.deepEqual(tableOf(text, "reason").map(([name]) => codes(name)[0]), RESUME_REASONS);
  assert.deepEqual(parseClientText(subscribe), { type: "subscribe", channels: ["holds"], mayReturn: true });
  const told = [token, ...back.trim().split("\n"), anew].map((line) => parseServerEvent(line));
  assert.deepEqual(told.map((event) => event?.type), ["resume", "resume", "released", "holds", "resume"]);
  assert.deepEqual(told.map((event) => event?.seq), [undefined, undefined, 1, undefined, undefined]);
  says(text, "RES-3", [`for ${LIMITS.absenceMs.value / 1000} s`]);
  says(text, "RES-8", [`${LIMITS.keptEvents.value} events`, `${LIMITS.keptEventBytes.value / 1024} KiB`]);
  says(text, "RES-8", [`${LIMITS.absencesPerUser.value} sessions`, `in all ${counted(LIMITS.absences.value)}`]);
});

Deno.test("documents: every route of the REST interface is in its table", () => {
  const source = Deno.readTextFileSync(new URL("../../server/endpoints/rest.ts", import.meta.url));
  const routes = [...source.matchAll(/routes\.(get|post|put|delete)\("([^"]+)"/g)]
    .map(([, method, path]) => `${method.toUpperCase()} /api${path.replace(":id", "ID")}`);
  const told = tableOf(page("rest.md"), "request").map(([cell]) => codes(cell)[0].split("?")[0]);
  assert.ok(routes.length > 5);
  assert.deepEqual(routes.filter((route) => !told.includes(route)), []);
});

Deno.test("documents: every page with rules has a worked example and says what its source leaves open or claims", () => {
  const folder = new URL("../../docs/protocol/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".md"));
  const withRules = names.filter((name) => /^- \*\*[A-Z0-9]+-1\*\*/m.test(page(name)));
  assert.ok(withRules.length >= 13);
  for (const name of withRules) {
    const text = page(name);
    assert.match(text, /^> Why/m, `${name} does not say why`);
    assert.match(text, /^## Worked examples?$/m, `${name} has no worked example`);
    if (!["q1.md", "events.md", "resume.md"].includes(name)) {
      assert.match(text, /^## What its sources? (leaves? open|claims)/m, `${name} does not judge its source`);
    }
  }
});
