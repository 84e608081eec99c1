import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppState } from "../state/app_state.ts";
import type { GraphActions } from "../state/graph_actions.ts";
import type { LayoutActions } from "../state/layout_actions.ts";
import type { People } from "../state/people.ts";
import type { PathActions } from "../state/path_actions.ts";
import type { SessionActions } from "../state/session_actions.ts";
import type { ViewActions } from "../state/view_actions.ts";

export interface AppParts {
  readonly state: AppState;
  readonly session: SessionActions;
  readonly graph: GraphActions;
  readonly layout: LayoutActions;
  readonly paths: PathActions;
  readonly people: People;
  readonly view: ViewActions;
  /** Puts the scene into an element; the returned function takes it away. */
  readonly mountScene: (host: HTMLElement) => () => void;
}

export const AppContext = createContext<AppParts | undefined>(undefined);

export function useApp(): AppParts {
  const parts = useContext(AppContext);
  if (parts === undefined) throw new RangeError("Cannot use the app: there is no AppContext around this component.");
  return parts;
}
