import assert from "node:assert/strict";
import { createParams, parameters, presetParams } from "../../gpu/mod.ts";
import { type Asker, LayoutSettings } from "../../server/layout_settings.ts";
import { readWeights } from "../../server/node_weights.ts";
import { physicsGraph } from "../../server/physics_graph.ts";
import { StoreError } from "../../server/store/store_error.ts";
import { graphOf } from "../helpers/graphs.ts";

const ADA: Asker = { user: "ada", participant: 3 };

interface Opened {
  readonly kept?: ReadonlyMap<string, number>;
  readonly save?: (values: ReadonlyMap<string, number>) => void;
}

function open({ kept = new Map(), save = () => {} }: Opened = {}) {
  const input = { ...graphOf(3, [[0, 1], [2, 1]]), edgeTypeNames: ["", "is_a"], edgeTypes: Uint16Array.of(1, 0) };
  const calls: string[] = [], saved: (readonly [string, number])[][] = [], faults: unknown[] = [];
  const searches: PromiseWithResolvers<Uint32Array>[] = [];
  const layout = new LayoutSettings({
    graph: physicsGraph(input, readWeights(input)),
    store: {
      list: () => kept,
      save(values) {
        save(values);
        saved.push([...values]);
      },
    },
    findClusters() {
      const search = Promise.withResolvers<Uint32Array>();
      searches.push(search);
      return search.promise;
    },
    onFault: (error) => faults.push(error),
  });
  layout.attach({
    setParams: ({ repulsion, layers }) => calls.push(`repulsion ${repulsion}, layers ${layers}`),
    setClusters: (clusterOf) => calls.push(`clusters ${clusterOf.join(" ")}`),
  });
  layout.listen(() => calls.push("told"));
  const change = (body: Record<string, unknown>, asker = ADA) => {
    const request = layout.parse(body);
    if (!request.ok) return request.message;
    layout.change(request, asker);
  };
  return { layout, calls, saved, faults, searches, change };
}

Deno.test("layout settings: the table is told whole, with what acts on this graph", () => {
  const { preset, parameters: rows, presets } = open().layout.describe();
  assert.equal(preset, "default");
  assert.deepEqual(rows.map(({ name }) => name), Object.keys(parameters));
  const { meaning, ...repulsion } = rows[0];
  assert.deepEqual(repulsion, {
    name: "repulsion",
    value: 10,
    section: "forces",
    label: "Repulsion",
    default: 10,
    min: 0,
    max: 100,
    unit: "edge lengths per step",
    effective: true,
  });
  assert.match(meaning, /push each other away/);
  const idle = rows.filter(({ effective }) => !effective).map(({ name }) => name);
  assert.deepEqual(idle, ["typeCharge", "disjointness", "equivalence"]);
  assert.deepEqual(presets[0], { name: "default", label: "Default", meaning: presets[0].meaning, values: {} });
});

Deno.test("layout settings: a change is stored, made and told with who made it, once", () => {
  const { layout, calls, saved, change } = open();
  assert.equal(change({ repulsion: 20, layers: 0 }), undefined);
  assert.deepEqual(calls, ["repulsion 20, layers 0", "told"]);
  assert.deepEqual(saved, [[["repulsion", 20]]]);
  assert.deepEqual(layout.news(), {
    values: createParams({ repulsion: 20 }),
    preset: undefined,
    change: { user: "ada", participant: 3, names: ["repulsion"] },
  });
  assert.equal(layout.news().change, undefined);
  assert.equal(layout.report().values.repulsion, 20);
});

Deno.test("layout settings: a preset replaces everything, values beside it come on top, default resets", () => {
  const { layout, saved, change } = open();
  change({ theta: 0.5 });
  change({ preset: "layers", participant: 3 });
  assert.deepEqual(layout.params, presetParams("layers"));
  assert.deepEqual(layout.news().change, { user: "ada", participant: 3, preset: "layers" });
  change({ preset: "layers", repulsion: 1 }, { user: "bob" });
  assert.deepEqual(layout.params, { ...presetParams("layers"), repulsion: 1 });
  assert.deepEqual(layout.news().change, { user: "bob", names: ["repulsion"] });
  change({ preset: "default" });
  assert.deepEqual([layout.report().preset, saved.at(-1)], ["default", []]);
});

Deno.test("layout settings: what changes nothing is neither stored nor told", () => {
  const { calls, saved, change } = open();
  change({ repulsion: 10 });
  change({ preset: "default" });
  assert.deepEqual([calls, saved], [[], []]);
});

Deno.test("layout settings: what cannot be is refused in a sentence, and nothing changes", () => {
  const { calls, change } = open();
  assert.equal(change({ damping: 2 }), "Cannot set damping to 2: it goes from 0 to 0.95 (share).");
  assert.equal(change({ repulsion: 20, gravity: 1 }), 'There is no parameter "gravity".');
  assert.equal(change({ __proto__: null, toString: 1 }), 'There is no parameter "toString".');
  assert.equal(change({ repulsion: "20" }), "repulsion must be a number.");
  assert.equal(change({ preset: "wild" }), "Unknown preset; known: default, spread, tight, clusters, layers.");
  assert.equal(change({ participant: 1 }), "Name a preset, or parameters with their values.");
  assert.deepEqual(calls, []);
});

Deno.test("layout settings: where it cannot be stored, nothing changes", () => {
  const { layout, calls, change } = open({
    save() {
      throw new StoreError("full", "The disk is full.");
    },
  });
  assert.throws(() => change({ repulsion: 20 }), StoreError);
  assert.deepEqual([layout.params.repulsion, calls], [10, []]);
});

Deno.test("layout settings: an earlier run's values hold; those of another version are passed over", () => {
  const { layout } = open({ kept: new Map([["repulsion", 33], ["gravity", 1], ["damping", 7]]) });
  assert.deepEqual(layout.params, createParams({ repulsion: 33 }));
});

Deno.test("layout settings: a graph that has changed is searched anew, and what was found of the old one is not used", async () => {
  const { layout, calls, searches, faults, change } = open();
  change({ clusterCohesion: 1 });
  const input = graphOf(4, [[0, 1], [2, 3]]);
  layout.follow(physicsGraph(input, readWeights(input)));
  assert.equal(searches.length, 2);
  searches[0].resolve(Uint32Array.of(0, 0, 1));
  searches[1].resolve(Uint32Array.of(0, 0, 1, 1));
  await searches[1].promise;
  assert.deepEqual(calls.filter((call) => call.startsWith("clusters")), ["clusters 0 0 1 1"]);
  assert.deepEqual(faults, []);
});

Deno.test("layout settings: clusters are searched for once, when cohesion first asks for them", async () => {
  const { searches, calls, change } = open();
  assert.equal(searches.length, 0);
  change({ clusterCohesion: 1 });
  change({ clusterCohesion: 2 });
  assert.equal(searches.length, 1);
  searches[0].resolve(Uint32Array.of(0, 0, 1));
  await searches[0].promise;
  assert.equal(calls.at(-1), "clusters 0 0 1");
  assert.equal(open({ kept: new Map([["clusterCohesion", 1]]) }).searches.length, 1);
});

Deno.test("layout settings: a search that fails is heard of, at the end no more", async () => {
  for (const end of ["fail", "close"]) {
    const { layout, searches, faults, change } = open();
    change({ clusterCohesion: 1 });
    if (end === "close") layout.close();
    searches[0].reject(new Error("no memory"));
    await searches[0].promise.catch(() => {});
    assert.equal(faults.length, end === "close" ? 0 : 1);
  }
});
