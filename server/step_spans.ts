import type { Span } from "@opentelemetry/api";
import type { SpanSamples } from "./trace.ts";

/** What a frame says of the layout that made it. */
export interface StepFigures {
  /** Steps since the last reset. */
  readonly step: number;
  /** Of recent steps, the median. */
  readonly stepMs: number;
}

/** How long a batch of steps is, which is one span. */
const BATCH_MS = 1000;

/** Spans of the layout at work, one a second while it moves: the steps themselves are another isolate's. */
export class StepSpans {
  #batch: { readonly span: Span; readonly fromStep: number; readonly fromMs: number } | undefined;
  #newest: StepFigures = { step: 0, stepMs: 0 };

  constructor(private readonly samples: Pick<SpanSamples, "begin">) {}

  /** A frame has come. */
  onFrame(figures: StepFigures, nowMs: number): void {
    this.#newest = figures;
    // After a reset steps count anew.
    if (this.#batch !== undefined && (nowMs - this.#batch.fromMs >= BATCH_MS || figures.step < this.#batch.fromStep)) {
      this.end();
    }
    if (this.#batch !== undefined) return;
    const span = this.samples.begin("steps", nowMs);
    if (span !== undefined) this.#batch = { span, fromStep: figures.step, fromMs: nowMs };
  }

  /** The layout rests. */
  end(): void {
    const batch = this.#batch, { step, stepMs } = this.#newest;
    this.#batch = undefined;
    if (batch === undefined) return;
    const steps = Math.max(0, step - batch.fromStep);
    batch.span.setAttributes({ "orrery.steps": steps, "orrery.step_ms": stepMs }).end();
  }
}
