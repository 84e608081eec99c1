/** The physics, from outside: everything other folders may use of it. */

export * from "./api.ts";
export { openLiveSimulation } from "./live.ts";
export { EDGE_MEANING, meaningOfEdgeType } from "./meaning/edge_meanings.ts";
export { traitsOf } from "./meaning/traits.ts";
export {
  createParams,
  isParameterName,
  type Parameter,
  type ParameterName,
  parameterRows,
  parameters,
  paramProblem,
  type Params,
} from "./params.ts";
export { createRandom } from "./random.ts";
export { carryPins } from "./pins.ts";
export { STEP_BOUNDS_MS } from "./step_clock.ts";
export { isPresetName, type Preset, type PresetName, presetOf, presetParams, presets } from "./presets.ts";
export { type LivePaths, openLivePaths } from "./paths/live_paths.ts";
export { type PathEngine, type PathQuestion } from "./paths/messages.ts";
export { type Direction, type Measure, type ShortestPaths } from "./paths/path_graph.ts";
