import type { Legend as LegendState } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { TypeDot } from "./controls.tsx";
import { formatCount } from "./format.ts";

export function Legend() {
  const { state } = useApp(), legend = state.legend.value;
  if (legend.kind === "none" || !state.openPanels.value.has("legend")) return null;
  return (
    <section class="panel legend" aria-label="Colours">
      <h2 class="panel-title">{legend.kind === "types" ? "Type" : "Links per node"}</h2>
      <LegendBody legend={legend} />
    </section>
  );
}

function LegendBody({ legend }: { legend: Exclude<LegendState, { kind: "none" }> }) {
  if (legend.kind === "degree") {
    return (
      <div class="ramp">
        <div class="ramp-bar" aria-hidden="true">
          {legend.slots.map((slot) => <span key={slot} style={{ backgroundColor: `var(--slot-${slot})` }} />)}
        </div>
        <p class="ramp-ends muted number">
          <span>few</span>
          <span>{formatCount(legend.max)}</span>
        </p>
      </div>
    );
  }
  return (
    <ul class="legend-list">
      {legend.entries.map(({ name, count, slot }) => (
        <li key={name}>
          <TypeDot slot={slot} />
          <span class="grow ellipsis" title={name}>{name === "" ? "no type" : name}</span>
          <span class="muted number">{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  );
}
