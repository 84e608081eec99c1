/** The physics, from outside: everything other folders may use of it. */

export * from "./api.ts";
export { openLiveSimulation } from "./live.ts";
export { type Parameter, type ParameterName, parameters } from "./params.ts";
