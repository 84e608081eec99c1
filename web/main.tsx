/** Wiring: makes every part and hands each what it needs. Nothing is decided here. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { systemClock as clock } from "./connection/clock.ts";
import { dialect } from "./connection/dialect.ts";
import { GraphSocket } from "./connection/graph_socket.ts";
import { graphSocketUrl } from "./connection/open_graph.ts";
import { probeSession } from "./connection/probe.ts";
import { openBrowserSocket } from "./connection/raw_socket.ts";
import { RestClient } from "./connection/rest_client.ts";
import { createTokenStore, fragmentWithoutToken, tokenInFragment } from "./connection/token.ts";
import { GraphScene } from "./scene/scene.ts";
import { canEdit, createAppState, notify, type Theme, type ThemeChoice } from "./state/app_state.ts";
import { GraphActions } from "./state/graph_actions.ts";
import { GraphFeed } from "./state/graph_feed.ts";
import { People } from "./state/people.ts";
import { PathActions } from "./state/path_actions.ts";
import type { ScenePort } from "./state/scene_port.ts";
import { LayoutActions } from "./state/layout_actions.ts";
import { SessionActions } from "./state/session_actions.ts";
import { ViewActions } from "./state/view_actions.ts";
import { App } from "./ui/app.tsx";
import type { AppParts } from "./ui/app_context.ts";

/** Frames per second asked for while the layout moves; a page that is slower draws the newest it has. */
const RATE_HZ = 60;
const HUD_EVERY_MS = 500;
const THEME_KEY = "orrery.theme", NAME_KEY = "orrery.name";
/** Panels that are open at first only where there is room for them. */
const WIDE = "(min-width: 900px)";

/** What the details panel and the toolbar cover; on small screens the panel lies at the bottom. Units: CSS pixels. */
const BESIDE_DETAILS = { top: 0, right: 352, bottom: 64, left: 0 };

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");
const systemTheme = (): Theme => prefersDark.matches ? "dark" : "light";
function rememberedTheme(): ThemeChoice {
  const choice = localStorage.getItem(THEME_KEY);
  return choice === "dark" || choice === "light" ? choice : "system";
}

/** Moves a token from the address bar to where it is kept; true when there was one. */
function takeToken(): boolean {
  const token = tokenInFragment(location.hash);
  if (token === undefined) return false;
  tokens.write(token);
  history.replaceState(null, "", location.pathname + location.search + fragmentWithoutToken(location.hash));
  return true;
}

const tokens = createTokenStore(sessionStorage);
const state = createAppState({
  theme: systemTheme(),
  themeChoice: rememberedTheme(),
  panels: matchMedia(WIDE).matches ? ["legend", "hud"] : [],
  ownName: localStorage.getItem(NAME_KEY) ?? "",
});
const rest = new RestClient({
  ...{ baseUrl: "", clock },
  fetch: (url, init) => fetch(url, init),
  token: () => tokens.read(),
});
const session = new SessionActions({ state, rest, tokens });
let scene: ScenePort | undefined;
const feed = new GraphFeed({
  ...{ state, rest, clock, scene: () => scene },
  onGraph: (ids) => {
    graph.graphChanged(ids);
    paths.graphChanged(ids);
    socket.known(ids);
  },
  onPassed: () => socket.shown(),
});

const socket = new GraphSocket({
  url: () => graphSocketUrl(location.origin, { token: tokens.read() ?? "", rateHz: RATE_HZ }),
  openSocket: openBrowserSocket,
  clock,
  random: Math.random,
  probe: () => probeSession(rest),
  isVisible: () => document.visibilityState === "visible",
  dialects: ["q1", "v4"],
  on: {
    state(connection) {
      if (connection.kind === "connecting") feed.connected();
      if (connection.kind !== "live") people.forget();
      if (connection.kind === "live" && state.connection.peek().kind !== "live") {
        void feed.readTitle();
        void layout.read();
      }
      state.connection.value = connection;
    },
    graph: (nodes, edges) => feed.graph(nodes, edges),
    frame: (bytes) => scene?.publish(bytes),
    positions: (frame, bytes) => feed.positions(frame, bytes),
    status(data) {
      const isNew = data.participant !== state.status.peek()?.participant;
      feed.event({ type: "status", data });
      if (isNew) people.show();
    },
    participants: (all) => people.participants(all),
    cameras: (all) => people.cameras(all),
    selections: (all) => people.selections(all),
    holds: (all) => people.holds(all),
    released: (what) => people.released(what),
    layout: (data) => layout.hear(data),
    pins: (ids) => feed.event({ type: "pins", data: { ids } }),
    error: (data) => feed.event({ type: "error", data }),
    signedOut: (reason) => session.end(reason),
    problem: (sentence) => notify(state, "problem", sentence),
  },
});

const graph = new GraphActions({
  ...{ state, rest, scene: () => scene },
  announce: (id) => socket.select(id),
  reconnect: () => socket.connect(),
  sessionEnded: (reason) => session.end(reason),
});

const layout = new LayoutActions({ state, rest, sessionEnded: (reason) => session.end(reason) });
const paths = new PathActions({
  ...{ state, rest, scene: () => scene },
  sessionEnded: (reason) => session.end(reason),
});

const people = new People({
  ...{ state, scene: () => scene },
  introduce: (introduction) => socket.introduce(introduction),
  remember: (name) => localStorage.setItem(NAME_KEY, name),
});
if (state.ownName.peek() !== "") people.introduce(state.ownName.peek());

const view = new ViewActions({
  ...{ state, systemTheme },
  remember: (choice) => localStorage.setItem(THEME_KEY, choice),
});

function createScene(host: HTMLElement): ScenePort | undefined {
  try {
    const created = new GraphScene({
      host,
      canEdit: () => canEdit(state.session.peek()),
      reducedMotion: () => prefersStill.matches,
      readFrame: dialect.readPositions,
      now: clock.now,
      insets: ({ height }) =>
        matchMedia(WIDE).matches ? BESIDE_DETAILS : { ...BESIDE_DETAILS, right: 0, bottom: height / 2 + 72 },
      on: {
        select: (id) => paths.isChoosing && id !== undefined ? paths.findTo({ id }) : graph.select(id),
        drag: (drag) => socket.drag(drag),
        look: (camera) => socket.look(camera),
        shown: () => socket.shown(),
        graphics: (what) => {
          const reason = "The graphics device was lost; waiting for it to come back.";
          state.scene.value = what === "lost" ? { kind: "unavailable", reason } : { kind: "ready" };
        },
        problem: (error) => notify(state, "problem", `A frame could not be shown: ${error}.`),
      },
    });
    state.scene.value = { kind: "ready" };
    return created;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    state.scene.value = {
      kind: "unavailable",
      reason: `This browser offers no WebGL 2 (${reason.replace(/\.$/, "")}).`,
    };
    return undefined;
  }
}

/** From signing in to signing out: the scene, the socket, and what feeds the figures. */
function mountScene(host: HTMLElement): () => void {
  socket.connect(); // first: the graph travels while the graphics start
  scene = createScene(host);
  scene?.setTheme(state.theme.peek());
  people.show();
  const figures = setInterval(() => {
    if (document.visibilityState === "visible" && scene !== undefined) state.hud.value = scene.sample();
  }, HUD_EVERY_MS);
  return () => {
    socket.close();
    clearInterval(figures);
    scene?.dispose();
    scene = undefined;
  };
}

const parts: AppParts = { state, session, graph, layout, paths, people, view, mountScene };
effect(() => {
  document.documentElement.dataset.theme = state.theme.value;
  scene?.setTheme(state.theme.value);
});
effect(() => void (document.title = state.name.value === "" ? "Orrery" : `${state.name.value} · Orrery`));
prefersDark.addEventListener("change", () => view.followSystem());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.wake());
addEventListener("online", () => socket.wake());
addEventListener("hashchange", () => takeToken() && location.reload());
takeToken();
view.followSystem();
const root = document.getElementById("app");
if (root !== null) render(<App parts={parts} />, root);
void session.resume();
