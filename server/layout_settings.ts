/** The parameters of one graph's layout: told, changed by anybody who may, kept for the next run. */

import {
  createParams,
  isParameterName,
  isPresetName,
  type ParameterName,
  parameterRows,
  paramProblem,
  type Params,
  type PhysicsGraph,
  type PresetName,
  presetOf,
  presetParams,
  presets,
  traitsOf,
} from "../gpu/mod.ts";
import type { LayoutChange, LayoutData } from "../protocol/graph/events.ts";
import { clusterProblem } from "./clusters/find_clusters.ts";
import type { LayoutParams } from "./store/layout_params.ts";

export interface LayoutSettingsOptions {
  readonly graph: PhysicsGraph;
  readonly store: LayoutParams;
  /** Of the graph as it is when they are found. */
  readonly findClusters: () => Promise<Uint32Array>;
  /** Hears of a search that failed behind everybody's back. */
  readonly onFault: (error: unknown) => void;
}

/** The simulation, as far as it is set here. */
export interface Tunable {
  setParams(params: Partial<Params>): void;
  setClusters(clusterOf: Uint32Array): void;
}

/** Who asks: the account, and the connection to which its own change need not be told as news. */
export interface Asker {
  readonly user: string;
  readonly participant?: number;
}

/** What was asked for, after a look at it: new values, or why not. */
export type LayoutRequest =
  | { readonly ok: true; readonly params: Partial<Params>; readonly preset?: PresetName }
  | { readonly ok: false; readonly message: string };

export class LayoutSettings {
  readonly #options: LayoutSettingsOptions;
  readonly #listeners: (() => void)[] = [];
  #graph: PhysicsGraph;
  #params: Params;
  #simulation: Tunable | undefined;
  /** For the present graph; what an earlier one finds is not used. */
  #search: Promise<Uint32Array> | undefined;
  /** The last change by somebody, until it has been told. */
  #news: LayoutChange | undefined;

  constructor(options: LayoutSettingsOptions) {
    this.#options = options;
    this.#graph = options.graph;
    this.#params = restored(options.store.list());
  }

  /** What a simulation has to start with. */
  get params(): Params {
    return this.#params;
  }

  /** From now on changes are made there. */
  attach(simulation: Tunable): void {
    this.#simulation = simulation;
    this.#searchWhereNeeded();
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The whole table with its present values, as `GET /api/layout` tells it. */
  describe() {
    const traits = traitsOf(this.#graph);
    return {
      preset: presetOf(this.#params) ?? null,
      parameters: parameterRows.map(([name, { needs, ...row }]) => ({
        name,
        value: this.#params[name],
        ...row,
        effective: needs === undefined || needs.some((trait) => traits.has(trait)),
      })),
      presets: Object.entries(presets).map(([name, { label, meaning, values }]) => ({ name, label, meaning, values })),
    };
  }

  /** What a body of `PATCH /api/layout` asks for; a preset comes first, single values on top of it. */
  parse(body: Readonly<Record<string, unknown>>): LayoutRequest {
    const { preset, participant: _, ...values } = body, refuse = (message: string) => ({ ok: false, message }) as const;
    if (preset === undefined && Object.keys(values).length === 0) {
      return refuse("Name a preset, or parameters with their values.");
    }
    if (preset !== undefined && !(typeof preset === "string" && isPresetName(preset))) {
      return refuse(`Unknown preset; known: ${Object.keys(presets).join(", ")}.`);
    }
    const params: Partial<Record<ParameterName, number>> = preset === undefined ? {} : { ...presetParams(preset) };
    for (const [name, value] of Object.entries(values)) {
      if (!isParameterName(name)) return refuse(`There is no parameter ${JSON.stringify(name.slice(0, 40))}.`);
      if (typeof value !== "number") return refuse(`${name} must be a number.`);
      const problem = paramProblem(name, value);
      if (problem !== undefined) return refuse(problem);
      params[name] = value;
    }
    const problem = (params.clusterCohesion ?? 0) > 0 ? clusterProblem(this.#graph.sources.length) : undefined;
    if (problem !== undefined) return refuse(problem);
    return { ok: true, params, preset: Object.keys(values).length === 0 ? preset : undefined };
  }

  /** Stores and makes a change; everybody is told. @throws {StoreError}, and then nothing has changed. */
  change({ params, preset }: Extract<LayoutRequest, { ok: true }>, asker: Asker): void {
    const next = createParams({ ...this.#params, ...params });
    const changed = parameterRows.filter(([name]) => next[name] !== this.#params[name]).map(([name]) => name);
    if (changed.length === 0) return;
    const kept = parameterRows.filter(([name, row]) => next[name] !== row.default);
    this.#options.store.save(new Map(kept.map(([name]) => [name, next[name]])));
    this.#params = next;
    this.#simulation?.setParams(next);
    this.#searchWhereNeeded();
    this.#news = { ...asker, ...(preset === undefined ? { names: changed } : { preset }) };
    for (const listener of this.#listeners) listener();
  }

  /** What a subscriber should know at this moment. */
  report(): LayoutData {
    return { values: this.#params, preset: presetOf(this.#params) };
  }

  /** The same with what has just changed, once. */
  news(): LayoutData {
    const change = this.#news;
    this.#news = undefined;
    return { ...this.report(), change };
  }

  /** The graph has changed: its clusters are found anew where something goes by them. */
  follow(graph: PhysicsGraph): void {
    this.#graph = graph;
    this.close();
    this.#searchWhereNeeded();
  }

  close(): void {
    this.#search = undefined;
  }

  /** Clusters are found once, when something first goes by them. */
  #searchWhereNeeded(): void {
    const { findClusters, onFault } = this.#options, graph = this.#graph;
    if (this.#search !== undefined || this.#params.clusterCohesion === 0) return;
    if (clusterProblem(graph.sources.length) !== undefined) return;
    const search = this.#search = findClusters();
    search.then(
      (clusterOf) => {
        if (this.#search === search) this.#simulation?.setClusters(clusterOf);
      },
      (error) => {
        if (this.#search === search) onFault(error);
      },
    );
  }
}

/** What an earlier run left, as far as this version knows it. */
function restored(values: ReadonlyMap<string, number>): Params {
  const known = [...values].filter(([name, value]) => isParameterName(name) && paramProblem(name, value) === undefined);
  return createParams(Object.fromEntries(known));
}
