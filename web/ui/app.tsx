import { useEffect, useRef } from "preact/hooks";
import { AppContext, type AppParts, useApp } from "./app_context.ts";
import { ConnectionBanner } from "./connection_pill.tsx";
import { Details } from "./details.tsx";
import { Help } from "./help.tsx";
import { Hud } from "./hud.tsx";
import { LayoutPanel } from "./layout_panel.tsx";
import { Legend } from "./legend.tsx";
import { Loading, NoScene } from "./loading.tsx";
import { Gate, Login } from "./login.tsx";
import { Notices } from "./notices.tsx";
import { listenToKeys } from "./shortcuts.ts";
import { Toolbar } from "./toolbar.tsx";
import { TopBar } from "./top_bar.tsx";

export function App({ parts }: { parts: AppParts }) {
  return (
    <AppContext.Provider value={parts}>
      <Rooms />
    </AppContext.Provider>
  );
}

function Rooms() {
  const { state, session } = useApp(), who = state.session.value;
  switch (who.kind) {
    case "starting":
      return <Gate title="Opening Orrery" />;
    case "unreachable":
      return <Gate title="No answer" detail={who.reason} onRetry={() => session.resume()} />;
    case "signedOut":
      return <Login notice={who.notice} />;
    case "signedIn":
      return <Observatory />;
  }
}

function Observatory() {
  const parts = useApp(), host = useRef<HTMLDivElement>(null);
  useEffect(() => listenToKeys(parts), []);
  useEffect(() => host.current === null ? undefined : parts.mountScene(host.current), []);
  return (
    <div class="observatory">
      <TopBar />
      <main class="room">
        <div ref={host} class="scene" />
        <NoScene />
        <Loading />
        <div class="side">
          <Details />
          <LayoutPanel />
        </div>
        <div class="corner">
          <Legend />
          <Hud />
        </div>
        <Toolbar />
      </main>
      <ConnectionBanner />
      <Notices />
      <Help />
    </div>
  );
}
