/** Everything the panels show. Position frames never come here. */
import { type Signal, signal } from "@preact/signals";
import type { StatusData } from "../../protocol/graph/events.ts";
import type { Person } from "./person.ts";
import type { ConnectionState } from "../connection/connection_state.ts";
import type { LayoutTable, NodeDetails, PathAnswer, Role } from "../connection/rest_schemas.ts";

export type { StatusData } from "../../protocol/graph/events.ts";
export type { ConnectionState } from "../connection/connection_state.ts";
export type {
  LayoutParameter,
  LayoutPreset,
  LayoutTable,
  NodeDetails,
  Role,
  SearchResult,
} from "../connection/rest_schemas.ts";

export type SessionState =
  | { readonly kind: "starting" }
  /** A token is at hand, and nobody to show it to. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** `notice` says why somebody who was signed in no longer is. */
  | { readonly kind: "signedOut"; readonly notice?: string }
  | { readonly kind: "signedIn"; readonly user: string; readonly role: Role };

export interface GraphSummary {
  readonly nodes: number;
  /** Absent while only places are known. */
  readonly edges?: number;
}

/** Something that takes long enough to be counted. */
export interface LoadStep {
  readonly what: string;
  readonly unit: "count" | "bytes";
  readonly done?: number;
  readonly total?: number;
}

export type DetailsState =
  | { readonly kind: "none" }
  | { readonly kind: "loading"; readonly id: number }
  | { readonly kind: "ready"; readonly node: NodeDetails }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** A node by its id; its label where it is known. */
export interface PathEnd {
  readonly id: number;
  readonly label?: string;
}

export type FoundPath = NonNullable<PathAnswer["path"]>;

/** What a path is shortest in: edges, or the sum of their weights. */
export type PathMeasure = "hops" | "length";

/** The way from one node to another, from the wish for it on. `apart`: there is none. */
export type PathState =
  | { readonly kind: "none" }
  | { readonly kind: "choosing"; readonly from: PathEnd }
  | { readonly kind: "finding" | "apart"; readonly from: PathEnd; readonly to: PathEnd }
  | { readonly kind: "found"; readonly from: PathEnd; readonly to: PathEnd; readonly path: FoundPath }
  | { readonly kind: "failed"; readonly from: PathEnd; readonly to: PathEnd; readonly message: string };

export type SceneState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  | { readonly kind: "unavailable"; readonly reason: string };

/** What the last half second looked like. Absent members have nothing to say, for instance when nothing moves. */
export interface HudSample {
  readonly fps?: number;
  readonly frameAgeMs?: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly replacedFrames: number;
  readonly mainThreadMs?: number;
}

export interface LegendEntry {
  readonly name: string;
  readonly count: number;
  /** Index into the scene's palette. */
  readonly slot: number;
}

export type Legend =
  | { readonly kind: "none" }
  | { readonly kind: "types"; readonly entries: readonly LegendEntry[] }
  | { readonly kind: "degree"; readonly max: number; readonly slots: readonly number[] };

export interface Notice {
  readonly id: number;
  readonly tone: "info" | "problem";
  readonly text: string;
  /** Of several about the same only the newest is shown. */
  readonly topic?: string;
}

/** Who is here: by name the first that came, and how many in all. */
export interface PeopleHere {
  readonly persons: readonly Person[];
  readonly count: number;
}

export type ThemeChoice = "system" | "dark" | "light";
export type Theme = "dark" | "light";

export type Panel = "help" | "layout" | "legend" | "hud" | "people";

export interface AppState {
  readonly session: Signal<SessionState>;
  readonly connection: Signal<ConnectionState>;
  readonly status: Signal<StatusData | undefined>;
  /** The title of the graph. */
  readonly name: Signal<string>;
  readonly graph: Signal<GraphSummary | undefined>;
  readonly loading: Signal<LoadStep | undefined>;
  readonly scene: Signal<SceneState>;
  readonly selection: Signal<number | undefined>;
  readonly details: Signal<DetailsState>;
  readonly path: Signal<PathState>;
  readonly pathMeasure: Signal<PathMeasure>;
  /** Absent while it is not known. */
  readonly people: Signal<PeopleHere | undefined>;
  /** The name one gives oneself; empty where it is the account's. */
  readonly ownName: Signal<string>;
  readonly pins: Signal<ReadonlySet<number>>;
  readonly legend: Signal<Legend>;
  readonly layout: Signal<LayoutTable | undefined>;
  readonly hud: Signal<HudSample | undefined>;
  readonly notices: Signal<readonly Notice[]>;
  readonly themeChoice: Signal<ThemeChoice>;
  readonly theme: Signal<Theme>;
  readonly openPanels: Signal<ReadonlySet<Panel>>;
}

export interface InitialState {
  readonly theme: Theme;
  readonly themeChoice: ThemeChoice;
  readonly panels: readonly Panel[];
  readonly ownName?: string;
}

export function createAppState(initial: InitialState): AppState {
  return {
    session: signal<SessionState>({ kind: "starting" }),
    connection: signal<ConnectionState>({ kind: "idle" }),
    status: signal<StatusData | undefined>(undefined),
    name: signal(""),
    graph: signal<GraphSummary | undefined>(undefined),
    loading: signal<LoadStep | undefined>(undefined),
    scene: signal<SceneState>({ kind: "starting" }),
    selection: signal<number | undefined>(undefined),
    details: signal<DetailsState>({ kind: "none" }),
    path: signal<PathState>({ kind: "none" }),
    pathMeasure: signal<PathMeasure>("hops"),
    people: signal<PeopleHere | undefined>(undefined),
    ownName: signal(initial.ownName ?? ""),
    pins: signal<ReadonlySet<number>>(new Set()),
    legend: signal<Legend>({ kind: "none" }),
    layout: signal<LayoutTable | undefined>(undefined),
    hud: signal<HudSample | undefined>(undefined),
    notices: signal<readonly Notice[]>([]),
    themeChoice: signal(initial.themeChoice),
    theme: signal(initial.theme),
    openPanels: signal<ReadonlySet<Panel>>(new Set(initial.panels)),
  };
}

export function canEdit(session: SessionState): boolean {
  return session.kind === "signedIn" && session.role !== "viewer";
}

const NOTICES_AT_MOST = 3;

/** Shows a sentence; the oldest makes room. Saying the same thing twice shows it once. */
export function notify(
  state: AppState,
  tone: Notice["tone"],
  text: string,
  { topic }: Pick<Notice, "topic"> = {},
): void {
  const shown = state.notices.peek(), id = 1 + shown.reduce((max, notice) => Math.max(max, notice.id), 0);
  const others = shown.filter((notice) => notice.text !== text && (topic === undefined || notice.topic !== topic));
  state.notices.value = [...others, { id, tone, text, topic }].slice(-NOTICES_AT_MOST);
}
