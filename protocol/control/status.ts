/**
 * The control center's messages: the full state as JSON every two seconds, narrowed where a client asked for less.
 * Unknown is null, never 0. Fields stand in the order of the types.
 */
import { describe, Fields, parseJson } from "../fields.ts";

export const CONTROL_MESSAGE_MAX_BYTES = 262_144;
const MAX_DEPTH = 8;
const COMPONENTS_MAX = 64;
const TEXT_MAX_LENGTH = 1024;

export const COMPONENT_STATES = ["stopped", "starting", "running", "stopping", "error"] as const;
export type ComponentState = typeof COMPONENT_STATES[number];

export interface ComponentStatus {
  /** For people; the key in `components` is the name for programs. */
  readonly name: string;
  readonly state: ComponentState;
  readonly pid: number | null;
  /** Seconds. */
  readonly uptime: number | null;
  /** Of one core: may pass 100. */
  readonly cpu_percent: number | null;
  readonly memory_mb: number | null;
  readonly error: string | null;
  /** ISO 8601, UTC. */
  readonly last_updated: string;
}

/** The metrics, by the name a subscription uses for them. */
export const METRIC_FIELDS = {
  concepts: "total_concepts",
  associations: "total_associations",
  storage: "storage_size_mb",
  queries: "queries_per_second",
  latency: "avg_latency_ms",
  cpu: "cpu_percent",
  memory: "memory_percent",
} as const;

export const METRIC_NAMES = ["concepts", "associations", "storage", "queries", "latency", "cpu", "memory"] as const;
export type MetricName = typeof METRIC_NAMES[number];
export type MetricField = typeof METRIC_FIELDS[MetricName];

export interface ControlMetrics extends Readonly<Record<MetricField, number | null>> {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

export interface ControlStatus {
  readonly components: Readonly<Record<string, ComponentStatus>>;
  readonly metrics: ControlMetrics;
}

/** What a subscription left of a status; a full status is one too. */
export interface NarrowedStatus {
  readonly components: Readonly<Record<string, ComponentStatus>>;
  readonly metrics: Pick<ControlMetrics, "timestamp"> & Partial<ControlMetrics>;
}

/** A list that is absent selects everything. */
export interface ControlSubscribe {
  readonly type: "subscribe";
  readonly components?: readonly string[];
  readonly metrics?: readonly MetricName[];
}

export type ControlMessage =
  | { readonly type: "status"; readonly status: NarrowedStatus }
  /** Only to a client that has sent text. */
  | { readonly type: "error"; readonly message: string };

const COMPONENT_NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

function isComponentName(text: string): boolean {
  return COMPONENT_NAME.test(text);
}

function isUtcTime(text: string): boolean {
  return UTC_TIME.test(text) && !Number.isNaN(Date.parse(text));
}

function readTime(fields: Fields, key: string): string {
  return fields.textLike(key, isUtcTime, { expected: "a time such as 2025-10-17T05:00:00Z" });
}

function readQuantity(fields: Fields, key: string): number | null {
  return fields.nullable(key, () => {
    const value = fields.number(key);
    return value >= 0 ? value : fields.fail(key, "0 or more, or null");
  });
}

function readComponent(fields: Fields): ComponentStatus {
  return {
    name: fields.text("name", { min: 1, max: TEXT_MAX_LENGTH }),
    state: fields.oneOf("state", COMPONENT_STATES),
    pid: fields.nullable("pid", (key) => fields.count(key)),
    uptime: readQuantity(fields, "uptime"),
    cpu_percent: readQuantity(fields, "cpu_percent"),
    memory_mb: readQuantity(fields, "memory_mb"),
    error: fields.nullable("error", (key) => fields.text(key, { max: TEXT_MAX_LENGTH })),
    last_updated: readTime(fields, "last_updated"),
  };
}

function readComponents(fields: Fields): Record<string, ComponentStatus> {
  const keys = Object.keys(fields.record);
  if (keys.length > COMPONENTS_MAX) fields.refuse(`at most ${COMPONENTS_MAX} components`, String(keys.length));
  return Object.fromEntries(keys.map((key) => {
    if (!isComponentName(key)) fields.refuse("keyed by lower-case letters, digits, _ and -", describe(key));
    return [key, readComponent(fields.object(key))];
  }));
}

function readMetrics(fields: Fields): NarrowedStatus["metrics"] {
  const metrics: { -readonly [Key in keyof ControlMetrics]?: ControlMetrics[Key] } & { timestamp: string } = {
    timestamp: readTime(fields, "timestamp"),
  };
  for (const name of METRIC_NAMES) {
    const field = METRIC_FIELDS[name];
    if (fields.has(field)) metrics[field] = readQuantity(fields, field);
  }
  return metrics;
}

/**
 * What the server sent.
 * @throws {FieldError} for text that is neither a status nor an error.
 */
export function parseControlMessage(text: string): ControlMessage {
  const fields = parseText(text);
  if (fields.peek("type") === "error") {
    return { type: "error", message: fields.text("message", { max: TEXT_MAX_LENGTH }) };
  }
  const components = readComponents(fields.object("components"));
  return { type: "status", status: { components, metrics: readMetrics(fields.object("metrics")) } };
}

function parseText(text: string): Fields {
  const bounds = { maxBytes: CONTROL_MESSAGE_MAX_BYTES, maxDepth: MAX_DEPTH };
  return new Fields("control", parseJson("control", text, bounds));
}

/** Whether nothing was left out of the metrics. */
export function hasAllMetrics(status: NarrowedStatus): status is ControlStatus {
  return METRIC_NAMES.every((name) => status.metrics[METRIC_FIELDS[name]] !== undefined);
}

/** The document's message, or its `type: "error"` sibling, as one line. */
export function encodeControlMessage(message: ControlMessage): string {
  return JSON.stringify(message.type === "error" ? message : message.status);
}

function readMetricName(items: Fields, key: string): MetricName {
  const name = METRIC_NAMES.find((known) => items.peek(key) === known || items.peek(key) === METRIC_FIELDS[known]);
  return name ?? items.fail(key, `one of ${METRIC_NAMES.join(", ")}`);
}

/**
 * What a client asks for; metrics may be named by their field as well.
 * @throws {FieldError} for any other text, and for a metric that there is not.
 */
export function parseControlSubscribe(text: string): ControlSubscribe {
  const fields = parseText(text);
  const expected = "a component's name";
  const readName = (items: Fields, key: string) => items.textLike(key, isComponentName, { expected });
  return {
    type: fields.oneOf("type", ["subscribe"] as const),
    components: fields.optional("components", (key) => fields.list(key, readName, { max: COMPONENTS_MAX })),
    metrics: fields.optional("metrics", (key) => fields.list(key, readMetricName, { max: 2 * METRIC_NAMES.length })),
  };
}

/** What is left of `status` for one client. A name that no component has selects nothing. */
export function narrowStatus(status: ControlStatus, { components, metrics }: ControlSubscribe): NarrowedStatus {
  const kept = Object.entries(status.components).filter(([name]) => components?.includes(name) ?? true);
  const left = METRIC_NAMES.filter((name) => metrics?.includes(name) ?? true).map((name) => {
    const field = METRIC_FIELDS[name];
    return [field, status.metrics[field]] as const;
  });
  const timestamp = status.metrics.timestamp;
  return { components: Object.fromEntries(kept), metrics: { timestamp, ...Object.fromEntries(left) } };
}
