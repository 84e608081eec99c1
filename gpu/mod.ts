/** The physics, from outside: everything other folders may use of it. */

export * from "./api.ts";
export { openLiveSimulation } from "./live.ts";
export { type Parameter, type ParameterName, parameters } from "./params.ts";
export { type LivePaths, openLivePaths } from "./paths/live_paths.ts";
export { type PathEngine, type PathQuestion } from "./paths/messages.ts";
export { type Direction, type Measure, type ShortestPaths } from "./paths/path_graph.ts";
