import { type LiveOptions, type LiveSimulation, openLiveSimulation, type PhysicsGraph } from "../gpu/mod.ts";
import { UserError } from "./config.ts";

/** The physics, or the sentence that says why the engine asked for cannot be had. @throws {UserError} */
export async function openPhysics(graph: PhysicsGraph, options: LiveOptions): Promise<LiveSimulation> {
  try {
    return await openLiveSimulation(graph, options);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    throw new UserError(`${error.message} Choose another engine with --engine cpu or auto.`);
  }
}
