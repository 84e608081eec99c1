import { type EngineInfo, STEP_BOUNDS_MS, type StepTimes } from "../gpu/mod.ts";
import {
  EXPOSITION_TYPE,
  expositionText,
  Histogram,
  histogramSamples,
  type Metric,
  type Sample,
  TIME_BOUNDS,
} from "./exposition.ts";
import { HttpMeter } from "./http_meter.ts";
import { type Measured, Meter } from "./meter.ts";

const RATIO_BOUNDS = [0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.16, 0.2, 0.5, 1];

/** One connection, without the name of its user. */
export interface ClientFigures {
  /** Its number, as in the events. */
  readonly participant: number;
  readonly dialect: string;
  /** Frames per second that it asked for, and is offered. */
  readonly askedHz: number;
  readonly rateHz: number;
  /** From the newest heartbeat to its answer; null before the first. */
  readonly latencyMs: number | null;
}

/** What is read when somebody asks. */
export interface MetricSources {
  readonly simulation: () => SimulationFigures;
  readonly clients: () => readonly ClientFigures[];
  readonly published: () => number;
  /** Messages over the limit of their endpoint. */
  readonly overLimit: () => ReadonlyMap<string, number>;
  /** Requests over the limit of their address or account. */
  readonly overRequests: () => ReadonlyMap<string, number>;
  /** Filters that somebody watches through. */
  readonly filters: () => number;
  readonly returns: () => ReturnFigures;
  readonly process: () => { readonly rssBytes: number; readonly cpuS: number };
}

/** Of connections that were lost: sessions that went on, those that did not by the reason told, and who is away now. */
export interface ReturnFigures {
  readonly resumed: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly away: number;
}

export interface SimulationFigures {
  readonly step: number;
  readonly stepTimes: StepTimes;
  readonly isMoving: boolean;
  readonly engine: EngineInfo;
  readonly bytesReadBack: number;
}

export interface Metrics {
  /** Made on first use, one for each dialect at each address; without an address, of what is shared by all addresses. */
  meter(dialect: string, endpoint?: string): Meter;
  readonly http: HttpMeter;
  /** In the text format of Prometheus. */
  text(): string;
  /** The same, and each connection. */
  json(): { readonly metrics: readonly unknown[]; readonly clients: readonly ClientFigures[] };
  /** Of the text. */
  readonly contentType: string;
}

interface Metered {
  readonly labels: Readonly<Record<string, string>>;
  readonly meter: Meter;
  readonly measured: Readonly<Record<Measured, Histogram>>;
}

export function createMetrics(sources: MetricSources): Metrics {
  const dialects = new Map<string, Metered>(), http = new HttpMeter();
  const metrics = [
    ...listCounters(dialects),
    ...listHistograms(dialects),
    ...http.list(),
    listConnections(dialects),
    ...listGauges(sources),
  ];
  return {
    http,
    meter(dialect, endpoint) {
      const key = `${endpoint} ${dialect}`, known = dialects.get(key);
      if (known !== undefined) return known.meter;
      const time = () => new Histogram(TIME_BOUNDS);
      const measured = { encode: time(), wait: time(), roundTrip: time(), ratio: new Histogram(RATIO_BOUNDS) };
      const meter = new Meter((what, value) => measured[what].observe(value));
      dialects.set(key, { labels: endpoint === undefined ? { dialect } : { dialect, endpoint }, meter, measured });
      return meter;
    },
    text: () => expositionText(metrics),
    json: () => ({
      metrics: metrics.map(({ name, help, type, samples }) => ({ name, help, type, samples: [...samples()] })),
      clients: sources.clients(),
    }),
    contentType: EXPOSITION_TYPE,
  };
}

type Dialects = ReadonlyMap<string, Metered>;
type Read = (meter: Meter) => number | ReadonlyMap<string, number>;

function listCounters(dialects: Dialects): Metric[] {
  const counter = (name: string, help: string, read: Read, label = ""): Metric => ({
    name: `orrery_${name}_total`,
    help,
    type: "counter",
    *samples() {
      for (const { labels, meter } of dialects.values()) yield* counted(read(meter), labels, label);
    },
  });
  return [
    counter("sent_frames", "Position frames handed to sockets.", (meter) => meter.sentFrames),
    counter("sent_events", "Other messages handed to sockets.", (meter) => meter.sentEvents),
    counter("sent_bytes", "Payload handed to sockets.", (meter) => meter.sentBytes),
    counter("received_messages", "Messages from clients.", (meter) => meter.receivedMessages),
    counter("received_bytes", "Payload from clients.", (meter) => meter.receivedBytes),
    counter("sent_voice", "Packets of voice handed to sockets.", (meter) => meter.sentVoice),
    counter("dropped_voice", "Packets of voice that a listener was too slow for.", (meter) => meter.droppedVoice),
    counter("dropped_frames", "Frames that a watcher was due and could not take.", (meter) => meter.droppedFrames),
    counter("rate_lowered", "Watchers moved to a lower rate.", (meter) => meter.lowered),
    counter("rate_raised", "Watchers moved to a higher rate.", (meter) => meter.raised),
    counter("refused", "Messages and handshakes refused.", (meter) => meter.refusals, "code"),
    counter("ended", "Connections ended by the server.", (meter) => meter.ended, "reason"),
  ];
}

/** Of what all addresses share there is no count that only sockets have. */
function* counted(value: ReturnType<Read>, labels: Metered["labels"], label: string): Generator<Sample> {
  if (typeof value !== "number") {
    for (const [key, count] of value) yield { labels: { ...labels, [label]: key }, value: count };
  } else if (value > 0 || labels.endpoint !== undefined) yield { labels, value };
}

function listConnections(dialects: Dialects): Metric {
  return {
    name: "orrery_connections",
    help: "Open sockets.",
    type: "gauge",
    *samples() {
      for (const { labels, meter } of dialects.values()) yield* counted(meter.open, labels, "");
    },
  };
}

/** Steps are counted where they are made. */
function listStepTimes(simulation: MetricSources["simulation"]): Metric {
  const bounds = STEP_BOUNDS_MS.map((ms) => ms / 1000);
  return {
    name: "orrery_step_seconds",
    help: "Making one step of the layout.",
    type: "histogram",
    samples() {
      const { counts, sumMs } = simulation().stepTimes;
      return histogramSamples({ bounds, counts, sum: sumMs / 1000 }, {});
    },
  };
}

function listHistograms(dialects: Dialects): Metric[] {
  const histogram = (name: string, help: string, what: Measured): Metric => ({
    name: `orrery_${name}`,
    help,
    type: "histogram",
    *samples() {
      for (const { labels, measured } of dialects.values()) {
        if (measured[what].count > 0) yield* measured[what].samples(labels);
      }
    },
  });
  return [
    histogram("encode_seconds", "Making one message of positions.", "encode"),
    histogram("frame_wait_seconds", "From a published frame to its socket.", "wait"),
    histogram("size_ratio", "Size of a message over that of the same nodes in V2.", "ratio"),
    histogram("round_trip_seconds", "From a heartbeat to its answer.", "roundTrip"),
  ];
}

function listGauges(
  { simulation, published, overLimit, overRequests, filters, returns, process }: MetricSources,
): Metric[] {
  const reading = (type: "counter" | "gauge", name: string, help: string, read: () => number): Metric => ({
    name,
    help,
    type,
    samples: () => [{ labels: {}, value: read() }],
  });
  return [
    {
      name: "orrery_engine_info",
      help: "What lays out, and how its results are read back from a GPU; always 1.",
      type: "gauge",
      samples: () => [{ labels: engineLabels(simulation().engine), value: 1 }],
    },
    {
      name: "orrery_over_limit_total",
      help: "Messages over the limit of their endpoint.",
      type: "counter",
      samples: () => Array.from(overLimit(), ([endpoint, value]) => ({ labels: { endpoint }, value })),
    },
    {
      name: "orrery_http_over_limit_total",
      help: "Requests over the limit of their address or account.",
      type: "counter",
      samples: () => Array.from(overRequests(), ([asker, value]) => ({ labels: { asker }, value })),
    },
    reading("counter", "orrery_read_back_bytes_total", "Copied from the GPU.", () => simulation().bytesReadBack),
    reading("counter", "orrery_published_frames_total", "Moments of the layout since the start.", published),
    reading("counter", "orrery_resumed_total", "Sessions that went on over another socket.", () => returns().resumed),
    {
      name: "orrery_resume_refused_total",
      help: "Sockets that were to go on and became new sessions.",
      type: "counter",
      samples: () => Array.from(returns().refused, ([reason, value]) => ({ labels: { reason }, value })),
    },
    reading("gauge", "orrery_away", "Sessions without a socket, whose clients may come back.", () => returns().away),
    reading("gauge", "orrery_filters", "Different filters that are watched through.", filters),
    reading("gauge", "orrery_step", "Steps of the layout since the last reset.", () => simulation().step),
    listStepTimes(simulation),
    reading("gauge", "orrery_moving", "1 while the layout moves.", () => simulation().isMoving ? 1 : 0),
    reading("gauge", "process_resident_memory_bytes", "Memory in use.", () => process().rssBytes),
    reading("counter", "process_cpu_seconds_total", "Processor time.", () => process().cpuS),
  ];
}

function engineLabels({ name, detail, readBack }: EngineInfo): Record<string, string> {
  return { engine: name, detail, read_back: readBack ?? "none" };
}
