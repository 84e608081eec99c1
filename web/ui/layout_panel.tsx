import { useState } from "preact/hooks";
import { RotateCcw, X } from "lucide-preact";
import { canEdit, type LayoutParameter, type LayoutTable } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { IconButton } from "./controls.tsx";
import { offeredPresets, offeredSections } from "./layout_choice.ts";
import { Slider } from "./slider.tsx";
import { VIEWER_SENTENCE } from "./toolbar.tsx";

export function LayoutPanel() {
  const { state, view, layout } = useApp(), table = state.layout.value;
  if (!state.openPanels.value.has("layout")) return null;
  const blocked = canEdit(state.session.value) ? undefined : VIEWER_SENTENCE;
  return (
    <aside class="panel layout-panel" aria-label="Layout">
      <header class="layout-head">
        <h2>Layout</h2>
        <IconButton
          icon={RotateCcw}
          label="Back to the defaults"
          tip="below-end"
          blocked={blocked ?? (table?.preset === "default" ? "Everything has its default" : undefined)}
          onPress={() => layout.choose("default")}
        />
        <IconButton icon={X} label="Close the layout" tip="below-end" onPress={() => view.close("layout")} />
      </header>
      {table === undefined
        ? <p class="details-note muted" role="status">Reading the parameters…</p>
        : <Parameters table={table} blocked={blocked} />}
    </aside>
  );
}

function Parameters({ table, blocked }: { table: LayoutTable; blocked: string | undefined }) {
  const { layout } = useApp(), [hinted, hint] = useState<LayoutParameter>();
  return (
    <>
      <div class="layout-scroll" tabIndex={0} role="group" aria-label="Presets and parameters">
        <div class="presets" role="group" aria-label="Presets">
          {offeredPresets(table).map(({ name, label, meaning }) => (
            <button
              key={name}
              type="button"
              class="button"
              title={meaning}
              aria-pressed={table.preset === name}
              aria-disabled={blocked !== undefined}
              onClick={() => void layout.choose(name)}
            >
              {label}
            </button>
          ))}
        </div>
        {offeredSections(table).map(({ title, parameters }) => (
          <section key={title}>
            <h3 class="panel-title">{title}</h3>
            {parameters.map((row) => (
              <Slider
                key={row.name}
                row={row}
                blocked={blocked}
                onHint={() => hint(row)}
                onChange={(value) => layout.set(row.name, value)}
              />
            ))}
          </section>
        ))}
      </div>
      <p class="layout-hint muted" aria-hidden="true">
        {hinted?.meaning ?? (blocked === undefined ? "Everybody here sees what you change." : `${blocked}.`)}
      </p>
    </>
  );
}
