import {
  Gauge,
  Maximize,
  Palette,
  Pause,
  Pin,
  PinOff,
  Play,
  RotateCcw,
  SlidersHorizontal,
  StepForward,
} from "lucide-preact";
import { canEdit, type StatusData } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { IconButton } from "./controls.tsx";
import { formatCount } from "./format.ts";

export const VIEWER_SENTENCE = "Viewers can look around but not change the layout";

/** What the layout is doing, in a word or two. */
export function phaseWords(status: StatusData | undefined): string {
  switch (status?.state) {
    case "moving":
      return "Moving";
    case "paused":
      return "Paused";
    case "settled":
      return "Settled";
    case "preparing":
      return "Preparing";
    case "failed":
      return "Stopped";
    case undefined:
      return "";
  }
}

export function Toolbar() {
  const { state, graph, view } = useApp(), status = state.status.value, selected = state.selection.value;
  const blocked = canEdit(state.session.value) ? undefined : VIEWER_SENTENCE;
  const paused = status?.state === "paused", pinned = selected !== undefined && state.pins.value.has(selected);
  const noNode = selected === undefined ? "Select a node first" : undefined;
  const open = state.openPanels.value;
  return (
    <div class="panel toolbar" role="toolbar" aria-label="Layout and view">
      <p class="toolbar-phase" data-phase={status?.state} title={status?.detail}>
        <span class="pill-dot" aria-hidden="true" />
        <span>{phaseWords(status)}</span>
        {status !== undefined && <span class="muted number toolbar-step">step {formatCount(status.step)}</span>}
      </p>
      <IconButton
        icon={paused ? Play : Pause}
        label={paused ? "Resume the layout" : "Pause the layout"}
        shortcut="Space"
        blocked={blocked}
        onPress={() => graph.togglePause()}
      />
      <IconButton
        icon={StepForward}
        label="One step"
        shortcut="."
        blocked={blocked}
        onPress={() => graph.simulate("step")}
      />
      <IconButton
        icon={RotateCcw}
        label="Start the layout over"
        blocked={blocked}
        onPress={() => graph.simulate("reset")}
      />
      <span class="divider" aria-hidden="true" />
      <IconButton icon={Maximize} label="Fit everything in view" shortcut="F" onPress={() => graph.fit()} />
      <IconButton
        icon={pinned ? PinOff : Pin}
        label={pinned ? "Let the selected node go" : "Pin the selected node"}
        shortcut="P"
        blocked={blocked ?? noNode}
        onPress={() => graph.togglePin()}
      />
      <span class="divider" aria-hidden="true" />
      <IconButton
        icon={SlidersHorizontal}
        label="Layout"
        shortcut="G"
        pressed={open.has("layout")}
        onPress={() => view.toggle("layout")}
      />
      <IconButton
        icon={Palette}
        label="Colours"
        shortcut="L"
        pressed={open.has("legend")}
        onPress={() => view.toggle("legend")}
      />
      <IconButton
        icon={Gauge}
        label="Figures"
        shortcut="H"
        pressed={open.has("hud")}
        onPress={() => view.toggle("hud")}
      />
    </div>
  );
}
