import type { LayoutParameter } from "../state/app_state.ts";
import { placeOf, PLACES, valueAt } from "./layout_choice.ts";

export interface SliderProps {
  readonly row: LayoutParameter;
  /** Why it cannot be moved; absent when it can. */
  readonly blocked: string | undefined;
  /** Somebody looks at it. */
  readonly onHint: () => void;
  readonly onChange: (value: number) => void;
}

/** A slider with its label and its value; a notch marks the default. */
export function Slider({ row, blocked, onHint, onChange }: SliderProps) {
  const { name, label, value, unit, meaning } = row, place = placeOf(value, row), id = `layout-${name}`;
  return (
    <div class="slider" data-changed={value !== row.default} onPointerEnter={onHint} onFocusIn={onHint}>
      <label for={id}>{label}</label>
      <output for={id} class="number">{value}</output>
      <div class="slider-track">
        <span
          class="slider-default"
          aria-hidden="true"
          style={{ left: `${100 * placeOf(row.default, row) / PLACES}%` }}
        />
        <span class="slider-fill" aria-hidden="true" style={{ width: `${100 * place / PLACES}%` }} />
        <input
          id={id}
          type="range"
          min={0}
          max={PLACES}
          step={1}
          value={place}
          disabled={blocked !== undefined}
          aria-valuetext={`${value} ${unit}`}
          aria-description={meaning}
          onInput={({ currentTarget }) => onChange(valueAt(Number(currentTarget.value), row))}
        />
      </div>
    </div>
  );
}
