/** Live simulations, watched. */
import type { LiveOptions, LiveSimulation, PhysicsGraph, PositionFrame, SimulationState } from "../../gpu/mod.ts";
import { openLiveSimulation } from "../../gpu/mod.ts";

/** A live simulation with everything it has told, and a way to wait for what it will tell. */
export interface Watched {
  readonly live: LiveSimulation;
  readonly states: SimulationState[];
  readonly frames: { readonly sequence: number; readonly step: number }[];
  /** Resolves when the condition holds, looked at on every event. */
  until(condition: () => boolean): Promise<void>;
}

export async function openWatched(graph: PhysicsGraph, options: Partial<LiveOptions> = {}): Promise<Watched> {
  const states: SimulationState[] = [], frames: Watched["frames"] = [];
  let waiting: { condition: () => boolean; resolve: () => void }[] = [];
  const look = () => {
    waiting.filter(({ condition }) => condition()).forEach(({ resolve }) => resolve());
    waiting = waiting.filter(({ condition }) => !condition());
  };
  const live = await openLiveSimulation(graph, {
    engine: "cpu",
    seed: 1,
    threads: 1,
    dims: 3,
    ...options,
    onState(state) {
      states.push(state);
      options.onState?.(state);
      look();
    },
    onFrame(frame) {
      frames.push({ sequence: frame.sequence, step: frame.step });
      options.onFrame?.(frame);
      look();
    },
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push({ condition, resolve });
      look();
    });
  return { live, states, frames, until };
}

export const isSettled = ({ live }: Watched) => live.state().kind === "settled";
export const placeOf = (frame: PositionFrame | undefined, node: number) =>
  frame?.positions.slice(3 * node, 3 * node + 3);
