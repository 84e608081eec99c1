/** Keys of the page; those of a focused control come first. */
import type { AppParts } from "./app_context.ts";

const TURN = Math.PI / 24, CLOSER = 0.8;

type Act = (parts: AppParts) => void;

const ANYWHERE: Readonly<Record<string, Act>> = {
  "/": () => document.getElementById("search")?.focus(),
  " ": ({ graph }) => void graph.togglePause(),
  ".": ({ graph }) => void graph.simulate("step"),
  f: ({ graph }) => graph.fit(),
  p: ({ graph }) => void graph.togglePin(),
  g: ({ view }) => view.toggle("layout"),
  l: ({ view }) => view.toggle("legend"),
  h: ({ view }) => view.toggle("hud"),
  t: ({ view }) => view.nextTheme(),
  "?": ({ view }) => view.toggle("help"),
  Escape: ({ graph, paths }) => paths.isOpen ? paths.clear() : graph.select(undefined),
};

const IN_SCENE: Readonly<Record<string, Act>> = {
  ArrowLeft: ({ graph }) => graph.orbit(-TURN, 0),
  ArrowRight: ({ graph }) => graph.orbit(TURN, 0),
  ArrowUp: ({ graph }) => graph.orbit(0, -TURN),
  ArrowDown: ({ graph }) => graph.orbit(0, TURN),
  "+": ({ graph }) => graph.zoom(CLOSER),
  "=": ({ graph }) => graph.zoom(CLOSER),
  "-": ({ graph }) => graph.zoom(1 / CLOSER),
};

/** What a key means here; absent when it belongs to the focused control or to the browser. */
export function actOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  target: Element | null,
): Act | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (target?.closest("input, textarea, select, dialog[open]")) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === " " && target?.closest("button, a, summary")) return undefined;
  const inScene = target === null || target.matches("body, canvas");
  return ANYWHERE[key] ?? (inScene ? IN_SCENE[key] : undefined);
}

/** Listens until the returned function is called. */
export function listenToKeys(parts: AppParts): () => void {
  const listener = (event: KeyboardEvent) => {
    const act = actOf(event, event.target instanceof Element ? event.target : null);
    if (act === undefined) return;
    event.preventDefault();
    act(parts);
  };
  addEventListener("keydown", listener);
  return () => removeEventListener("keydown", listener);
}
