import type { AppState, Panel, Theme, ThemeChoice } from "./app_state.ts";

const ORDER: readonly ThemeChoice[] = ["system", "dark", "light"];

/** How the page itself looks: theme, panels, notices. */
export class ViewActions {
  readonly #state: AppState;
  readonly #systemTheme: () => Theme;
  readonly #remember: (choice: ThemeChoice) => void;

  constructor(parts: { state: AppState; systemTheme: () => Theme; remember: (choice: ThemeChoice) => void }) {
    this.#state = parts.state;
    this.#systemTheme = parts.systemTheme;
    this.#remember = parts.remember;
  }

  /** System, dark, light, and round again. */
  nextTheme(): void {
    const { themeChoice } = this.#state;
    themeChoice.value = ORDER[(ORDER.indexOf(themeChoice.peek()) + 1) % ORDER.length];
    this.#remember(themeChoice.value);
    this.followSystem();
  }

  /** To be called when the system's preference changed, too. */
  followSystem(): void {
    const { themeChoice, theme } = this.#state, choice = themeChoice.peek();
    theme.value = choice === "system" ? this.#systemTheme() : choice;
  }

  toggle(panel: Panel): void {
    const open = new Set(this.#state.openPanels.peek());
    if (!open.delete(panel)) open.add(panel);
    this.#state.openPanels.value = open;
  }

  close(panel: Panel): void {
    if (this.#state.openPanels.peek().has(panel)) this.toggle(panel);
  }

  dismiss(noticeId: number): void {
    this.#state.notices.value = this.#state.notices.peek().filter(({ id }) => id !== noticeId);
  }
}
