import type { Clock } from "./clock.ts";
import type { SimulationLoop } from "./simulation_loop.ts";
import type { Places } from "./store/places.ts";

export interface PlaceKeeperOptions {
  readonly loop: Pick<SimulationLoop, "state" | "frame" | "shown" | "report" | "listen">;
  readonly places: Pick<Places, "write">;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** How long a settled layout must rest before it is written. */
const REST_MS = 1000;

/** Writes where the layout is when it has settled, and when it is stopped; returns how to stop. */
export function keepPlaces({ loop, places, clock, onFault }: PlaceKeeperOptions): () => Promise<void> {
  let written = -1, cancel: (() => void) | undefined, writing = Promise.resolve();
  const write = () => {
    const { frame, shown } = loop;
    cancel = undefined;
    if (frame === undefined || frame.sequence === written) return;
    written = frame.sequence;
    const heat = loop.state.kind === "settled" ? 0 : loop.report().alpha;
    const kept = { keys: shown.input.keys, positions: frame.positions.slice(), heat };
    writing = writing.then(() => places.write(kept)).catch(onFault);
  };
  loop.listen(() => {
    if (loop.state.kind !== "settled") {
      cancel?.();
      cancel = undefined;
    } else if (loop.frame?.sequence !== written) cancel ??= clock.after(REST_MS, write);
  });
  return () => {
    cancel?.();
    write();
    return writing;
  };
}
