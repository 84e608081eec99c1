/** When to renew the curve order, decided on the host, which never waits for the GPU to say how far things drifted. */

/** Mean drift in edge lengths that loosens the tree. */
const REORDER_DRIFT = 0.5;
/** Steps between two orders: at least, since sorting is not free, and at most, since what is known of the drift is late. */
const MIN_STEPS = 4, MAX_STEPS = 16;

export interface OrderClock {
  /** Whether the coming step needs a new order. Counts it with the newest known mean move; the first step always does. */
  due(meanMove: number): boolean;
  /** Something jumped: the coming step needs one. */
  renew(): void;
}

export function createOrderClock(): OrderClock {
  let age = MAX_STEPS, drift = 0;
  return {
    due(meanMove) {
      const due = age >= MAX_STEPS || (age >= MIN_STEPS && drift >= REORDER_DRIFT);
      if (due) age = drift = 0;
      age++;
      drift += meanMove;
      return due;
    },
    renew() {
      age = MAX_STEPS;
    },
  };
}
