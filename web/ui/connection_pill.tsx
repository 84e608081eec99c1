import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConnectionState } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";

const REDRAW_MS = 250;

/** Seconds until `atMs`, counted down while there is something to count. */
function useCountdown(atMs: number | undefined): number | undefined {
  const left = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const update = () =>
      left.value = atMs === undefined ? undefined : Math.max(0, Math.ceil((atMs - performance.now()) / 1000));
    update();
    if (atMs === undefined) return;
    const timer = setInterval(update, REDRAW_MS);
    return () => clearInterval(timer);
  }, [atMs]);
  return left.value;
}

function words(connection: ConnectionState, seconds: number | undefined): string {
  switch (connection.kind) {
    case "idle":
      return "Offline";
    case "connecting":
      return "Connecting";
    case "live":
      return "Live";
    case "waiting":
      return seconds === undefined ? "Reconnecting" : `Reconnecting in ${seconds} s`;
    case "refused":
      return "Refused";
    case "ended":
      return "Closed";
  }
}

export function ConnectionPill() {
  const connection = useApp().state.connection.value;
  const seconds = useCountdown(connection.kind === "waiting" ? connection.retryAtMs : undefined);
  return (
    <span class="pill" data-connection={connection.kind}>
      <span class="pill-dot" aria-hidden="true" />
      <span class="number">{words(connection, seconds)}</span>
    </span>
  );
}

/** Why there is no connection, and what one can do. */
export function ConnectionBanner() {
  const { state, graph } = useApp(), connection = state.connection.value;
  const reason = "reason" in connection ? connection.reason : undefined;
  return (
    <div class="banner-place" role="status">
      {reason !== undefined && (
        <div class="panel banner">
          <span>{reason}</span>
          <button type="button" class="button" onClick={() => graph.reconnect()}>
            {connection.kind === "waiting" ? "Try now" : "Connect again"}
          </button>
        </div>
      )}
    </div>
  );
}
