/** A broadcaster with filters over a graph that changes, without sockets or physics. */
import assert from "node:assert/strict";
import { createFrame, type NodeFrame } from "../../../protocol/frame.ts";
import type { NodeFilter } from "../../../protocol/graph/v4.ts";
import { Broadcaster, type FrameSink, type Watcher } from "../../../server/broadcaster.ts";
import { Filters } from "../../../server/filters/filters.ts";
import type { Lens, LookedUp } from "../../../server/filters/lens.ts";
import { canonicalFilter } from "../../../server/filters/node_filter.ts";
import type { PathsOf, ServedDialect } from "../../../server/frame_encoders.ts";
import type { GraphStore } from "../../../server/graph_store.ts";
import { Meter } from "../../../server/meter.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

class Sink implements FrameSink {
  readonly frames: Uint8Array[] = [];
  isClear = true;
  sendFrame(bytes: Uint8Array): void {
    this.frames.push(bytes);
  }
  flush(): boolean {
    return false;
  }
}

/** Node i of frame s is at (its id, s, 0), with its id for a velocity. */
export function frameOf({ nodeCount, ids, generation, masses, charges }: GraphStore, sequence: number): NodeFrame {
  const frame = { ...createFrame(nodeCount), sequence, generation, ids, masses, charges };
  ids.forEach((id, index) => {
    frame.positions.set([id, sequence, 0], 3 * index);
    frame.velocities[3 * index] = id;
  });
  return frame;
}

export interface WatchedOptions {
  readonly lookUp?: (filter: NodeFilter) => Promise<LookedUp>;
  readonly pathsOf?: PathsOf;
}

export function watchGraph(first: GraphStore, { lookUp, pathsOf }: WatchedOptions = {}) {
  let graph = first, sequence = 0, encodes = 0;
  const clock = new FakeClock(), meter = new Meter((what) => what === "encode" && encodes++);
  const faults: unknown[] = [], meterOf = () => meter;
  const shown = {
    get edges() {
      return graph.edges;
    },
  };
  const broadcaster = new Broadcaster({ graph: shown, clock, meterOf, pathsOf });
  const filters = new Filters({
    graph: () => graph,
    lookUp: lookUp ?? (() => assert.fail("nothing to look up")),
    onChange: (lens) => broadcaster.lensChanged(lens),
    onFault: (error) => faults.push(error),
    encoding: { meterOf, now: clock.now, pathsOf },
  });
  return {
    broadcaster,
    filters,
    clock,
    faults,
    encodes: () => encodes,
    watch(dialect: ServedDialect, { onRate }: Pick<Watcher, "onRate"> = {}) {
      const sink = new Sink(), watcher: Watcher = { dialect, rateHz: 20, sink, onRate };
      broadcaster.add(watcher);
      return { sink, watcher };
    },
    async look(watcher: Watcher, filter: NodeFilter): Promise<Lens> {
      const lens = await filters.open(canonicalFilter(filter), { user: "ada" });
      broadcaster.look(watcher, lens);
      return lens;
    },
    change(next: GraphStore) {
      graph = next;
    },
    /** Publishes the next frame of the present graph, and waits until all are due again. */
    move() {
      broadcaster.publish(frameOf(graph, sequence++));
      clock.advance(100);
    },
  };
}

/** Lets promises that are settled be heard. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
