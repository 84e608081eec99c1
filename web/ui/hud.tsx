import type { StatusData } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { formatBytes, formatCount, formatMs } from "./format.ts";

const ENGINES = { webgpu: "WebGPU", cpu: "CPU" } as const;

/** Too few frames to measure are rest only when nothing moves. */
function drawnWords(fps: number | undefined, moving: boolean): string {
  if (fps !== undefined) return `${Math.round(fps)} fps`;
  return moving ? "< 2 fps" : "at rest";
}

/** The rate that is offered, of the one asked for where that is more. */
export function offeredWords({ rateHz, askedHz }: Pick<StatusData, "rateHz" | "askedHz">): string {
  return isLowered({ rateHz, askedHz })
    ? `${Math.round(rateHz)} of ${Math.round(askedHz)} Hz`
    : `${Math.round(rateHz)} Hz`;
}

const isLowered = ({ rateHz, askedHz }: Pick<StatusData, "rateHz" | "askedHz">) => rateHz < askedHz;

/** Figures as measured in this page, and as the server reports them; a dash where there is nothing to measure. */
export function Hud() {
  const { state } = useApp();
  if (!state.openPanels.value.has("hud")) return null;
  const hud = state.hud.value, status = state.status.value, connection = state.connection.value;
  const rows: [string, string, string?][] = [
    ["Dialect", connection.kind === "live" ? connection.dialect.toUpperCase() : "–"],
    ["Drawn", drawnWords(hud?.fps, status?.state === "moving")],
    ["Main thread", hud?.mainThreadMs === undefined ? "–" : `${formatMs(hud.mainThreadMs)} / frame`],
    [
      "Received",
      hud === undefined ? "–" : `${Math.round(hud.framesPerSecond)} Hz · ${formatBytes(hud.bytesPerSecond)}/s`,
    ],
    ["Frame age", hud?.frameAgeMs === undefined ? "–" : formatMs(hud.frameAgeMs)],
    ["Replaced", hud === undefined ? "–" : `${formatCount(hud.replacedFrames)} frames`],
    [
      "Round trip",
      connection.kind === "live" && connection.roundTripMs !== undefined ? formatMs(connection.roundTripMs) : "–",
    ],
  ];
  if (status !== undefined) {
    rows.push(
      ["Engine", ENGINES[status.engine], status.engineReason ?? status.engineDetail],
      ["Step", `${formatMs(status.stepMs)} · ${status.stepsPerSecond.toFixed(status.stepsPerSecond < 10 ? 1 : 0)} /s`],
      ["Offered", offeredWords(status)],
      ["Watching", formatCount(status.watchers)],
    );
  }
  return (
    <section class="panel hud" aria-label="Figures">
      <dl>
        {rows.map(([name, value, title]) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      {status?.state === "moving" && isLowered(status) && (
        <p class="hud-note muted">{`${offeredWords(status)}: this page cannot take more.`}</p>
      )}
    </section>
  );
}
