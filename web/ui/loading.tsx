import type { LoadStep } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { formatBytes, formatCount } from "./format.ts";

/** "Placing nodes 3,400 / 107,525". */
export function stepWords({ what, unit, done, total }: LoadStep): string {
  const format = unit === "bytes" ? formatBytes : formatCount;
  if (done === undefined) return what;
  return total === undefined ? `${what} ${format(done)}` : `${what} ${format(done)} / ${format(total)}`;
}

function Bar({ step }: { step: LoadStep | undefined }) {
  const known = step?.done !== undefined && step.total !== undefined && step.total > 0;
  return (
    <progress
      class="progress"
      aria-label={step?.what ?? "Loading"}
      value={known ? step.done : undefined}
      max={known ? step.total : undefined}
    />
  );
}

/** In the middle while there is nothing to see, at the edge once there is. */
export function Loading() {
  const { state } = useApp(),
    step = state.loading.value,
    graph = state.graph.value,
    connection = state.connection.value;
  if (graph !== undefined) {
    if (graph.nodes === 0) return <Middle title="This graph has no nodes." />;
    return step === undefined ? null : (
      <div class="panel load-chip" role="status">
        <span class="number">{stepWords(step)}</span>
        <Bar step={step} />
      </div>
    );
  }
  const status = state.status.value;
  if (status?.state === "failed") return <Middle title="The layout stopped." detail={status.detail} />;
  if (connection.kind === "connecting" || connection.kind === "live") {
    return (
      <Middle
        title={step === undefined
          ? (connection.kind === "live" ? "Waiting for the graph" : "Connecting")
          : stepWords(step)}
      >
        <Bar step={step} />
      </Middle>
    );
  }
  return null;
}

function Middle({ title, detail, children }: { title: string; detail?: string; children?: preact.ComponentChildren }) {
  return (
    <div class="middle" role="status">
      <p class="number">{title}</p>
      {detail !== undefined && <p class="muted">{detail}</p>}
      {children}
    </div>
  );
}

/** Instead of the scene where the browser cannot draw it. */
export function NoScene() {
  const scene = useApp().state.scene.value;
  if (scene.kind !== "unavailable") return null;
  return (
    <div class="middle no-scene" role="alert">
      <p>The graph cannot be drawn here.</p>
      <p class="muted">{scene.reason} Search and details still work.</p>
    </div>
  );
}
