import assert from "node:assert/strict";
import fc from "fast-check";
import { FieldError } from "../../../protocol/fields.ts";
import {
  COMPONENT_STATES,
  type ComponentStatus,
  type ControlStatus,
  encodeControlMessage,
  hasAllMetrics,
  METRIC_FIELDS,
  METRIC_NAMES,
  narrowStatus,
  parseControlMessage,
  parseControlSubscribe,
} from "../../../protocol/control/status.ts";

/** The source document's message. */
const DOCUMENT = `{
  "components": {
    "storage": {
      "name": "Storage Engine",
      "state": "running",
      "pid": 12345,
      "uptime": 3600.5,
      "cpu_percent": 2.1,
      "memory_mb": 45.2,
      "error": null,
      "last_updated": "2025-10-17T05:00:00Z"
    },
    "api": {
      "name": "Sutra API",
      "state": "stopped",
      "pid": null,
      "uptime": null,
      "cpu_percent": null,
      "memory_mb": null,
      "error": null,
      "last_updated": "2025-10-17T05:00:00Z"
    }
  },
  "metrics": {
    "timestamp": "2025-10-17T05:00:00Z",
    "total_concepts": 1000,
    "total_associations": 5000,
    "storage_size_mb": 12.5,
    "queries_per_second": 0.0,
    "avg_latency_ms": 0.0,
    "cpu_percent": 5.2,
    "memory_percent": 45.1
  }
}`;

const STORE: ComponentStatus = {
  name: "Store",
  state: "error",
  pid: null,
  uptime: null,
  cpu_percent: null,
  memory_mb: null,
  error: "The disk is full.",
  last_updated: "2026-01-02T03:04:05.678Z",
};
const STATUS: ControlStatus = {
  components: {
    physics: { ...STORE, name: "Physics", state: "running", uptime: 12.5, cpu_percent: 130, error: null },
    store: STORE,
  },
  metrics: {
    timestamp: "2026-01-02T03:04:06.000Z",
    total_concepts: 2000,
    total_associations: 6000,
    storage_size_mb: null,
    queries_per_second: 0,
    avg_latency_ms: null,
    cpu_percent: 5.5,
    memory_percent: 45,
  },
};

function refusal<T>(parse: (text: string) => T, value: unknown): FieldError {
  try {
    parse(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    if (error instanceof FieldError) return error;
    throw error;
  }
  assert.fail(`accepted ${JSON.stringify(value)}`);
}

/** The document's message with one value replaced; `undefined` removes it. */
function altered(path: readonly string[], value: unknown): unknown {
  const root = JSON.parse(DOCUMENT);
  const parent = path.slice(0, -1).reduce((object, key) => object[key], root);
  parent[path[path.length - 1]] = value;
  return root;
}

Deno.test("[CC-1] status: the document's message is read, and written field for field", () => {
  const message = parseControlMessage(DOCUMENT);
  assert.ok(message.type === "status" && hasAllMetrics(message.status));
  assert.deepEqual(message.status, JSON.parse(DOCUMENT));
  assert.equal(encodeControlMessage(message), JSON.stringify(JSON.parse(DOCUMENT)));
  assert.equal(encodeControlMessage(message).length, 541);
});

Deno.test("[CC-1] status: golden text", () => {
  const status: ControlStatus = { ...STATUS, components: { store: STORE } };
  assert.equal(
    encodeControlMessage({ type: "status", status }),
    '{"components":{"store":{"name":"Store","state":"error","pid":null,"uptime":null,"cpu_percent":null,' +
      '"memory_mb":null,"error":"The disk is full.","last_updated":"2026-01-02T03:04:05.678Z"}},' +
      '"metrics":{"timestamp":"2026-01-02T03:04:06.000Z","total_concepts":2000,"total_associations":6000,' +
      '"storage_size_mb":null,"queries_per_second":0,"avg_latency_ms":null,"cpu_percent":5.5,"memory_percent":45}}',
  );
});

Deno.test("[CC-2] status: unknown is null; a component's field that is missing is refused", () => {
  const keys = ["name", "state", "pid", "uptime", "cpu_percent", "memory_mb", "error", "last_updated"];
  for (const key of keys) {
    const error = refusal(parseControlMessage, altered(["components", "storage", key], undefined));
    assert.equal(error.path, `components.storage.${key}`);
  }
  for (const key of ["pid", "uptime", "cpu_percent", "memory_mb", "error"]) {
    const message = parseControlMessage(JSON.stringify(altered(["components", "storage", key], null)));
    assert.ok(message.type === "status");
  }
  for (const key of ["name", "state", "last_updated"]) {
    assert.equal(
      refusal(parseControlMessage, altered(["components", "storage", key], null)).path,
      `components.storage.${key}`,
    );
  }
});

Deno.test("[CC-2] status: quantities are 0 or more, a pid is whole", () => {
  for (const value of [-1, "1", true, {}]) {
    for (const key of ["uptime", "cpu_percent", "memory_mb", "pid"]) {
      assert.equal(
        refusal(parseControlMessage, altered(["components", "storage", key], value)).path,
        `components.storage.${key}`,
      );
    }
    for (const name of METRIC_NAMES) {
      const field = METRIC_FIELDS[name];
      assert.equal(refusal(parseControlMessage, altered(["metrics", field], value)).path, `metrics.${field}`);
    }
  }
  refusal(parseControlMessage, altered(["components", "storage", "pid"], 1.5));
});

Deno.test("[CC-3] status: five states", () => {
  assert.deepEqual(COMPONENT_STATES, ["stopped", "starting", "running", "stopping", "error"]);
  for (const state of COMPONENT_STATES) {
    const message = parseControlMessage(JSON.stringify(altered(["components", "api", "state"], state)));
    assert.ok(message.type === "status" && message.status.components.api.state === state);
  }
  assert.equal(
    refusal(parseControlMessage, altered(["components", "api", "state"], "dead")).message,
    'control: expected components.api.state to be one of stopped, starting, running, stopping, error, found "dead"',
  );
});

Deno.test("[CC-4] status: times are ISO 8601 in UTC", () => {
  const time = (value: unknown) => altered(["metrics", "timestamp"], value);
  for (const value of ["2025-10-17T05:00:00Z", "2025-10-17T05:00:00.123Z", new Date(0).toISOString()]) {
    parseControlMessage(JSON.stringify(time(value)));
  }
  for (const value of ["2025-10-17", "2025-13-17T05:00:00Z", "2025-10-17T05:00:00+01:00", "", 1760677200000]) {
    assert.equal(refusal(parseControlMessage, time(value)).path, "metrics.timestamp");
  }
});

Deno.test("[CC-5] status: at most 64 components, named with lower-case letters, digits, _ and -", () => {
  const { storage } = JSON.parse(DOCUMENT).components, { metrics } = JSON.parse(DOCUMENT);
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, storage]));
  assert.ok(parseControlMessage(JSON.stringify({ components: many(64), metrics })).type === "status");
  assert.equal(
    refusal(parseControlMessage, { components: many(65), metrics }).message,
    "control: expected components to be at most 64 components, found 65",
  );
  for (const name of ["Storage", "", "1a", "a.b", "__proto__", "x".repeat(65)]) {
    refusal(parseControlMessage, `{"components":{${JSON.stringify(name)}:{}},"metrics":{}}`);
  }
});

Deno.test("[CC-10] a name has 1 to 1,024 characters, an error at most 1,024, a message 262,144 bytes", () => {
  for (const [key, least] of [["name", 1], ["error", 0]] as const) {
    const text = (length: number) => altered(["components", "storage", key], "x".repeat(length));
    for (const length of [least, 1024]) parseControlMessage(JSON.stringify(text(length)));
    for (const length of [1025, ...(least === 1 ? [0] : [])]) {
      assert.equal(refusal(parseControlMessage, text(length)).path, `components.storage.${key}`);
    }
  }
  const padded = (bytes: number) => DOCUMENT.padEnd(bytes);
  assert.ok(parseControlMessage(padded(262_144)).type === "status");
  assert.match(refusal(parseControlMessage, padded(262_145)).message, /at most 262144 bytes/);
});

Deno.test("[CC-6] subscribe: the document's message; a list that is absent selects everything", () => {
  assert.deepEqual(
    parseControlSubscribe('{"type": "subscribe", "components": ["storage", "api"], "metrics": ["cpu", "memory"]}'),
    { type: "subscribe", components: ["storage", "api"], metrics: ["cpu", "memory"] },
  );
  const everything = parseControlSubscribe('{"type":"subscribe"}');
  assert.deepEqual([everything.components, everything.metrics], [undefined, undefined]);
  assert.deepEqual(narrowStatus(STATUS, everything), STATUS);
  assert.equal(JSON.stringify(narrowStatus(STATUS, everything)), JSON.stringify(STATUS));
});

Deno.test("[CC-7] subscribe: a metric goes by its name or its field; another is refused with the names there are", () => {
  assert.deepEqual(METRIC_NAMES.map((name) => METRIC_FIELDS[name]), [
    "total_concepts",
    "total_associations",
    "storage_size_mb",
    "queries_per_second",
    "avg_latency_ms",
    "cpu_percent",
    "memory_percent",
  ]);
  const metrics = METRIC_NAMES.map((name) => METRIC_FIELDS[name]);
  assert.deepEqual(parseControlSubscribe(JSON.stringify({ type: "subscribe", metrics })).metrics, METRIC_NAMES);
  const error = refusal(parseControlSubscribe, { type: "subscribe", metrics: ["cpu", "weather"] });
  assert.equal(
    error.message,
    "control: expected metrics[1] to be one of concepts, associations, storage, queries, latency, cpu, memory, " +
      'found "weather"',
  );
});

Deno.test("[CC-6] subscribe: anything else is refused with its field", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ["hello", ""],
    [[], ""],
    [{}, "type"],
    [{ type: "unsubscribe" }, "type"],
    [{ type: "subscribe", components: "storage" }, "components"],
    [{ type: "subscribe", components: [7] }, "components[0]"],
    [{ type: "subscribe", components: ["Storage"] }, "components[0]"],
    [{ type: "subscribe", components: Array(65).fill("a") }, "components"],
    [{ type: "subscribe", metrics: {} }, "metrics"],
    [{ type: "subscribe", metrics: Array(15).fill("cpu") }, "metrics"],
    ["[".repeat(50), ""],
    [`"${"x".repeat(262_144)}"`, ""],
  ];
  for (const [value, path] of cases) assert.equal(refusal(parseControlSubscribe, value).path, path);
});

Deno.test("[CC-8] narrowing leaves the rest out, keeps the timestamp, and is read again", () => {
  const narrowed = narrowStatus(STATUS, {
    type: "subscribe",
    components: ["store", "ghost"],
    metrics: ["memory", "cpu"],
  });
  assert.equal(
    JSON.stringify(narrowed.metrics),
    '{"timestamp":"2026-01-02T03:04:06.000Z","cpu_percent":5.5,"memory_percent":45}',
  );
  assert.deepEqual(Object.keys(narrowed.components), ["store"]);
  const message = parseControlMessage(encodeControlMessage({ type: "status", status: narrowed }));
  assert.ok(message.type === "status" && !hasAllMetrics(message.status));
  assert.deepEqual(message.status, narrowed);
  const nothing = narrowStatus(STATUS, { type: "subscribe", components: [], metrics: [] });
  assert.deepEqual(nothing, { components: {}, metrics: { timestamp: "2026-01-02T03:04:06.000Z" } });
});

Deno.test("[CC-9] a refusal is an object of type error, and no status", () => {
  const message = { type: "error", message: "Unknown metric." } as const;
  assert.equal(encodeControlMessage(message), '{"type":"error","message":"Unknown metric."}');
  assert.deepEqual(parseControlMessage(encodeControlMessage(message)), message);
  assert.equal(refusal(parseControlMessage, { type: "error" }).path, "message");
  assert.equal(refusal(parseControlMessage, {}).path, "components");
});

const quantity = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0), { nil: null });
const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString());
const component = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }),
  state: fc.constantFrom(...COMPONENT_STATES),
  pid: fc.option(fc.nat(), { nil: null }),
  uptime: quantity,
  cpu_percent: quantity,
  memory_mb: quantity,
  error: fc.option(fc.string(), { nil: null }),
  last_updated: time,
});
const metrics = fc.record({
  timestamp: time,
  total_concepts: quantity,
  total_associations: quantity,
  storage_size_mb: quantity,
  queries_per_second: quantity,
  avg_latency_ms: quantity,
  cpu_percent: quantity,
  memory_percent: quantity,
});
const components = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/), component, { maxKeys: 5 });

Deno.test("[CC-1] status: what is encoded is parsed", () => {
  fc.assert(
    fc.property(components, metrics, (components, metrics) => {
      const text = encodeControlMessage({ type: "status", status: { components, metrics } });
      const message = parseControlMessage(text);
      assert.ok(message.type === "status");
      assert.equal(JSON.stringify(message.status), text);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("[CC-1] status: the document's message, cut anywhere, is refused", () => {
  for (let length = 0; length < DOCUMENT.length; length++) refusal(parseControlMessage, DOCUMENT.slice(0, length));
});
