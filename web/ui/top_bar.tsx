import { CircleQuestionMark, LogOut, Moon, Sun, SunMoon } from "lucide-preact";
import type { ThemeChoice } from "../state/app_state.ts";
import { useApp } from "./app_context.ts";
import { BrandMark } from "./brand.tsx";
import { ConnectionPill } from "./connection_pill.tsx";
import { IconButton } from "./controls.tsx";
import { plural } from "./format.ts";
import { People } from "./people.tsx";
import { Search } from "./search.tsx";

const THEME_ICONS = { system: SunMoon, dark: Moon, light: Sun };
const THEME_LABELS: Readonly<Record<ThemeChoice, string>> = {
  system: "Theme: as the system",
  dark: "Theme: dark",
  light: "Theme: light",
};

export function TopBar() {
  const { state, session, view } = useApp();
  const { value: choice } = state.themeChoice, { value: size } = state.graph, { value: who } = state.session;
  const title = state.name.value || "Orrery";
  return (
    <header class="top-bar">
      <div class="top-title">
        <BrandMark />
        <div class="top-words">
          <h1 class="ellipsis" title={title}>{title}</h1>
          {size?.edges !== undefined && (
            <p class="muted number ellipsis">
              {plural(size.nodes, "node")}
              <span class="roomy">{` · ${plural(size.edges, "edge")}`}</span>
            </p>
          )}
        </div>
      </div>
      <Search />
      <div class="top-end">
        <ConnectionPill />
        <People />
        <IconButton
          icon={THEME_ICONS[choice]}
          label={THEME_LABELS[choice]}
          tip="below"
          onPress={() => view.nextTheme()}
        />
        <IconButton
          icon={CircleQuestionMark}
          label="Help and shortcuts"
          shortcut="?"
          tip="below"
          onPress={() => view.toggle("help")}
        />
        <IconButton
          icon={LogOut}
          label={who.kind === "signedIn" ? `Sign out ${who.user}` : "Sign out"}
          tip="below-end"
          onPress={() => session.signOut()}
        />
      </div>
    </header>
  );
}
