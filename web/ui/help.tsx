import { useEffect, useRef } from "preact/hooks";
import { X } from "lucide-preact";
import { useApp } from "./app_context.ts";
import { IconButton, Key } from "./controls.tsx";

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "Find a node"],
  ["F", "Fit everything in view"],
  ["Space", "Pause or resume the layout"],
  [".", "One step"],
  ["P", "Pin or let go the selected node"],
  ["Esc", "Clear the path, then the selection"],
  ["← ↑ → ↓", "Turn the graph"],
  ["+ −", "Closer, farther"],
  ["G", "Forces of the layout"],
  ["L", "Colours"],
  ["H", "Figures"],
  ["T", "Theme"],
  ["?", "This help"],
];

const HANDS: readonly (readonly [string, string])[] = [
  ["Drag the background", "Turn"],
  ["Right drag, two fingers", "Shift"],
  ["Wheel, pinch", "Zoom to the pointer"],
  ["Click, tap", "Select a node"],
  ["Double click", "Fly to a node"],
  ["Drag a node", "Move it; it stays pinned where dropped"],
];

export function Help() {
  const { state, view } = useApp(), open = state.openPanels.value.has("help"), dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="panel help" aria-labelledby="help-title" onClose={() => view.close("help")}>
      <header>
        <h2 id="help-title">Shortcuts</h2>
        <IconButton icon={X} label="Close" tip="below-end" onPress={() => view.close("help")} />
      </header>
      <div class="help-columns">
        <dl class="help-list">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <Key>{key}</Key>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <dl class="help-list hands">
          {HANDS.map(([hand, what]) => (
            <div key={hand}>
              <dt>{hand}</dt>
              <dd class="muted">{what}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
