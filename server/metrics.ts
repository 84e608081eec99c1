import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Measured, Meter } from "./meter.ts";

/** Seconds, from a tenth of a millisecond to what a person would call broken. */
const TIME_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const RATIO_BUCKETS = [0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.16, 0.2, 0.5, 1];

/** What is read when somebody asks. */
export interface MetricSources {
  /** Open sockets per dialect. */
  readonly connections: () => ReadonlyMap<string, number>;
  readonly simulation: () => { readonly step: number; readonly stepMs: number; readonly isMoving: boolean };
  readonly published: () => number;
  readonly process: () => { readonly rssBytes: number; readonly cpuS: number };
}

export interface Metrics {
  /** Made on first use, one for each name. */
  meter(dialect: string): Meter;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  json(): Promise<unknown>;
  /** Of the text. */
  readonly contentType: string;
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry(), meters = new Map<string, Meter>(), histograms = createHistograms(registry);
  registerCounts(registry, meters);
  registerGauges(registry, sources);
  return {
    meter(dialect) {
      const known = meters.get(dialect);
      if (known !== undefined) return known;
      const made = new Meter((what, value) => histograms[what].observe({ dialect }, value));
      meters.set(dialect, made);
      return made;
    },
    text: () => registry.metrics(),
    json: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}

function createHistograms(registry: Registry): Record<Measured, Histogram<"dialect">> {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram<"dialect">({ name: `orrery_${name}`, help, labelNames: ["dialect"], buckets, registers: [registry] });
  return {
    encode: histogram("encode_seconds", "Making one message of positions.", TIME_BUCKETS),
    wait: histogram("frame_wait_seconds", "From a published frame to its socket.", TIME_BUCKETS),
    ratio: histogram("size_ratio", "Size of a message over that of the same nodes in V2.", RATIO_BUCKETS),
    roundTrip: histogram("round_trip_seconds", "From a ping to its answer.", TIME_BUCKETS),
  };
}

/** Counters of the meters, filled in when they are read. */
function registerCounts(registry: Registry, meters: ReadonlyMap<string, Meter>): void {
  const counter = (
    { name, help, label }: { readonly name: string; readonly help: string; readonly label?: string },
    read: (meter: Meter) => number | ReadonlyMap<string, number>,
  ) =>
    new Counter({
      name: `orrery_${name}_total`,
      help,
      labelNames: label === undefined ? ["dialect"] : ["dialect", label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [dialect, meter] of meters) {
          const value = read(meter);
          if (typeof value === "number") this.inc({ dialect }, value);
          else value.forEach((count, key) => this.inc({ dialect, ...(label && { [label]: key }) }, count));
        }
      },
    });
  counter({ name: "sent_frames", help: "Position frames handed to sockets." }, (meter) => meter.sentFrames);
  counter({ name: "sent_events", help: "Other messages handed to sockets." }, (meter) => meter.sentEvents);
  counter({ name: "sent_bytes", help: "Payload handed to sockets." }, (meter) => meter.sentBytes);
  counter({ name: "received_messages", help: "Messages from clients." }, (meter) => meter.receivedMessages);
  counter({ name: "received_bytes", help: "Payload from clients." }, (meter) => meter.receivedBytes);
  counter(
    { name: "dropped_frames", help: "Frames that a watcher was due and could not take." },
    (meter) => meter.droppedFrames,
  );
  counter({ name: "rate_lowered", help: "Watchers moved to a lower rate." }, (meter) => meter.lowered);
  counter({ name: "rate_raised", help: "Watchers moved to a higher rate." }, (meter) => meter.raised);
  counter({ name: "refused", help: "Messages and handshakes refused.", label: "code" }, (meter) => meter.refusals);
  counter({ name: "ended", help: "Connections ended by the server.", label: "reason" }, (meter) => meter.ended);
}

function registerGauges(registry: Registry, { connections, simulation, published, process }: MetricSources): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: "orrery_connections",
    help: "Open sockets.",
    labelNames: ["dialect"],
    registers,
    collect() {
      this.reset();
      for (const [dialect, count] of connections()) this.set({ dialect }, count);
    },
  });
  gauge("orrery_published_frames", "Moments of the layout since the start.", published);
  gauge("orrery_step", "Steps of the layout since the start or the last reset.", () => simulation().step);
  gauge("orrery_step_seconds", "Median of recent steps.", () => simulation().stepMs / 1000);
  gauge("orrery_moving", "1 while the layout moves.", () => simulation().isMoving ? 1 : 0);
  gauge("process_resident_memory_bytes", "Memory in use.", () => process().rssBytes);
  gauge("process_cpu_seconds_total", "Processor time.", () => process().cpuS);
}
