/** The kernels of a step, compiled once per device. */

import { compileAllPairs } from "../passes/all_pairs.ts";
import { compileAnchors, compileMemberSums } from "../passes/anchors.ts";
import { compileCurveBox, compileKeys, compileMoments } from "../passes/curve.ts";
import { compileClusters, compileConstraints } from "../passes/constraints.ts";
import { compileIntegrate } from "../passes/integrate.ts";
import { compileQuantise } from "../passes/quantise.ts";
import { compileSort } from "../passes/sort.ts";
import { compileHubs, compileSprings } from "../passes/springs.ts";
import { compileStatistics } from "../passes/statistics.ts";
import { compileRefitPoints, compileRefitTop, compileWalk } from "../passes/tree.ts";
import { compileWeigh } from "../passes/weigh.ts";

export type Kernels = Awaited<ReturnType<typeof compileKernels>>;

/** @throws Error with the compiler's message. */
export async function compileKernels(device: GPUDevice) {
  return {
    moments: await compileMoments(device),
    curveBox: await compileCurveBox(device),
    keys: await compileKeys(device),
    sort: await compileSort(device),
    refitPoints: await compileRefitPoints(device),
    refitTop: await compileRefitTop(device),
    walk: await compileWalk(device),
    allPairs: await compileAllPairs(device),
    memberSums: await compileMemberSums(device),
    anchors: await compileAnchors(device),
    hubs: await compileHubs(device),
    springs: await compileSprings(device),
    integrate: await compileIntegrate(device),
    statistics: await compileStatistics(device),
    clusters: await compileClusters(device),
    constraints: await compileConstraints(device),
    quantise: await compileQuantise(device),
    weigh: await compileWeigh(device),
  };
}
