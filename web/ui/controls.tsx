import type { ComponentChildren } from "preact";
import type { LucideIcon } from "lucide-preact";

export interface IconButtonProps {
  readonly icon: LucideIcon;
  /** What it does; read aloud, and shown on hover and focus. */
  readonly label: string;
  readonly shortcut?: string;
  /** Why it cannot be used now; absent when it can. */
  readonly blocked?: string;
  readonly pressed?: boolean;
  readonly tip?: "above" | "below" | "below-end";
  readonly onPress: () => void;
}

/** A blocked button can still be focused, so that everybody can learn why. */
export function IconButton({ icon: Icon, label, shortcut, blocked, pressed, tip = "above", onPress }: IconButtonProps) {
  const hint = blocked ?? (shortcut === undefined ? label : `${label}  ${shortcut}`);
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-description={blocked}
      aria-disabled={blocked !== undefined}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      data-tip={hint}
      data-tip-side={tip}
      onClick={(event) => {
        if (blocked === undefined) onPress();
        // After a press by hand the keys are the graph's again: Space pauses, whatever was pressed last.
        if (event.detail > 0) focusScene();
      }}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
}

/** A key as it is printed on a keyboard. */
export function Key({ children }: { children: ComponentChildren }) {
  return <kbd class="key">{children}</kbd>;
}

/** A dot in the colour of a palette slot. */
export function TypeDot({ slot }: { slot: number | undefined }) {
  return <span class="type-dot" aria-hidden="true" style={{ backgroundColor: `var(--slot-${slot ?? 8})` }} />;
}

/** Hands the keyboard to the graph. */
export function focusScene(): void {
  document.querySelector<HTMLElement>(".scene-canvas")?.focus({ preventScroll: true });
}
