import assert from "node:assert/strict";
import { checkClusters, listClusters } from "../../gpu/meaning/clusters.ts";
import { measureDepths } from "../../gpu/meaning/depths.ts";
import { EDGE_MEANING, meaningOfEdgeType } from "../../gpu/meaning/edge_meanings.ts";
import { createMeaning } from "../../gpu/meaning/meaning.ts";
import { traitsOf } from "../../gpu/meaning/traits.ts";
import { weighNodes } from "../../gpu/meaning/weights.ts";
import { createParams } from "../../gpu/params.ts";
import { isPresetName, presetOf, presetParams, presets } from "../../gpu/presets.ts";
import { graphOf, layOut, path } from "./graphs.ts";

const { none, toParent, toChild, disjoint, equivalent } = EDGE_MEANING;

Deno.test("edge types: meaning goes by the last part of the name, whatever its case and separators", () => {
  for (
    const name of ["subClassOf", "rdfs:subClassOf", "http://www.w3.org/2000/01/rdf-schema#subClassOf", "SUBCLASS_OF"]
  ) {
    assert.equal(meaningOfEdgeType(name), toParent, name);
  }
  for (const name of ["is_a", "hypernym", "instance_hypernym", "parent", "skos:broader"]) {
    assert.equal(meaningOfEdgeType(name), toParent, name);
  }
  for (const name of ["hyponym", "child", "narrower", "has_child"]) {
    assert.equal(meaningOfEdgeType(name), toChild, name);
  }
  for (const name of ["owl:disjointWith", "disjoint_with"]) assert.equal(meaningOfEdgeType(name), disjoint, name);
  for (const name of ["equivalentClass", "owl:sameAs", "equivalent_to"]) {
    assert.equal(meaningOfEdgeType(name), equivalent, name);
  }
  for (const name of ["", "knows", "constructor", "parental", "#"]) assert.equal(meaningOfEdgeType(name), none, name);
});

Deno.test("depths: the shortest way down from any root, in both notations, NaN beside the hierarchy", () => {
  // 1 and 2 hang below 0, 3 below 1 and 4; 4 below 2; 5 is only known; 6 hangs below itself.
  const graph = {
    ...graphOf(7, [[1, 0], [0, 2], [3, 1], [4, 3], [2, 4], [5, 0], [6, 6]]),
    edgeMeanings: Uint8Array.of(toParent, toChild, toParent, toChild, toChild, none, toParent),
  };
  assert.deepEqual([...measureDepths(graph)], [0, 1, 1, 2, 2, NaN, NaN]);
});

Deno.test("depths: where all are each other's parents, the first is the root; what hangs below comes after", () => {
  const graph = {
    ...graphOf(5, [[1, 0], [2, 1], [0, 2], [3, 2], [4, 4]]),
    edgeMeanings: new Uint8Array(5).fill(toParent),
  };
  assert.deepEqual([...measureDepths(graph)], [0, 1, 2, 3, NaN]);
});

Deno.test("depths: given ones hold, also without any hierarchy", () => {
  const depths = Float32Array.of(NaN, 7, NaN);
  const graph = { ...path(3), depths, edgeMeanings: Uint8Array.of(none, toParent) };
  assert.deepEqual([...measureDepths(graph)], [NaN, 7, 0]);
  assert.deepEqual([...measureDepths({ ...path(3), depths })], [NaN, 7, NaN]);
});

Deno.test("weights: rare types have more charge, by the power asked for, within bounds; none is left alone", () => {
  const graph = { ...graphOf(9, []), types: Uint16Array.of(0, 1, 1, 1, 1, 1, 1, 2, 2) };
  const weigh = (typeCharge: number) => weighNodes(graph, createParams({ typeCharge }), () => new Float32Array(9));
  // Six of one type and two of the other, four in the mean.
  assert.deepEqual([...weigh(1).charges ?? []].map((q) => +q.toFixed(4)), [1, ...Array(6).fill(0.6667), 2, 2]);
  assert.deepEqual([...weigh(2).charges ?? []].slice(7), [4, 4]);
  assert.equal(weigh(0).charges, undefined);
  const lone = { ...graphOf(1001, []), types: Uint16Array.from({ length: 1001 }, (_, node) => node === 0 ? 1 : 2) };
  const { charges } = weighNodes(lone, createParams({ typeCharge: 2 }), () => new Float32Array(1001));
  assert.equal(charges?.[0], 100);
});

Deno.test("weights: generality and exclusion add charge, generality adds mass, on top of what the nodes have", () => {
  // Depths 0 1 2, and 3 beside the hierarchy excludes 2.
  const graph = {
    ...graphOf(4, [[1, 0], [2, 1], [2, 3]]),
    edgeMeanings: Uint8Array.of(toParent, toParent, disjoint),
    charges: Float32Array.of(2, 1, 1, 1),
  };
  const params = createParams({ semanticCharge: 2, semanticMass: 4 });
  const { charges, masses } = weighNodes(graph, params, () => measureDepths(graph));
  assert.deepEqual([[...charges ?? []], [...masses ?? []]], [[6, 2, 3, 3], [5, 3, 1, 1]]);
});

Deno.test("clusters: rows of members in node order; numbers that cannot be are refused", () => {
  const { offsets, members } = listClusters(Uint32Array.of(1, 0, 1, 3), 4);
  assert.deepEqual([[...offsets], [...members]], [[0, 1, 3, 3, 4], [1, 0, 2, 3]]);
  assert.throws(() => checkClusters(Uint32Array.of(0), 2), /Cannot group 2 nodes by 1 cluster numbers/);
  assert.throws(() => checkClusters(Uint32Array.of(0, 2), 2), /Cannot put node 1 into cluster 2 of 2/);
});

Deno.test("meaning: nothing to add where nothing is asked or nothing is there, the same objects until they change", () => {
  const graph = { ...path(3), edgeMeanings: Uint8Array.of(toParent, none) }, meaning = createMeaning(graph);
  assert.equal(meaning.tune(createParams()).constraints, undefined);
  assert.equal(meaning.tune(createParams({ clusterCohesion: 1 })).constraints, undefined);
  const layered = meaning.tune(createParams({ layers: 1 }));
  assert.ok(layered.constraints !== undefined);
  assert.equal(meaning.tune(createParams({ layers: 2, repulsion: 1 })).constraints, layered.constraints);
  assert.equal(meaning.tune(createParams({ layers: 2, repulsion: 1 })).weights, layered.weights);
  meaning.group(Uint32Array.of(0, 0, 1));
  assert.ok(meaning.tune(createParams({ clusterCohesion: 1 })).constraints?.clusters !== undefined);
});

Deno.test("traits: what there is for parameters to act on", () => {
  assert.deepEqual([...traitsOf(graphOf(2, []))], []);
  const graph = graphOf(3, [[0, 1], [1, 2], [2, 2]]);
  const edgeMeanings = Uint8Array.of(toChild, disjoint, equivalent);
  assert.deepEqual([...traitsOf({ ...graph, edgeMeanings })], ["edges", "hierarchy", "disjoint"]);
  assert.deepEqual([...traitsOf({ ...graph, types: Uint16Array.of(0, 1, 1) })], ["edges"]);
  assert.deepEqual([...traitsOf({ ...graph, types: Uint16Array.of(0, 1, 2) })], ["edges", "types"]);
  assert.deepEqual([...traitsOf({ ...graph, depths: Float32Array.of(NaN, 0, NaN) })], ["edges", "hierarchy"]);
});

Deno.test("graphs with columns of the wrong length are refused", () => {
  assert.throws(() => layOut({ ...path(3), types: Uint16Array.of(1) }), /Cannot read 1 node types for 3/);
  assert.throws(() => layOut({ ...path(3), edgeMeanings: Uint8Array.of(1) }), /Cannot read 1 edge meanings for 2/);
  assert.throws(
    () => layOut({ ...path(2), depths: Float32Array.of(0, Infinity) }),
    /Cannot use an infinite depth at 1/,
  );
});

Deno.test("presets lie in the ranges of the table, are known again, and differ", () => {
  for (const name of Object.keys(presets).filter(isPresetName)) assert.equal(presetOf(presetParams(name)), name);
  assert.deepEqual(presetParams("default"), createParams());
  assert.equal(presetOf(createParams({ theta: 0.9 })), undefined);
  assert.equal(isPresetName("toString"), false);
});
