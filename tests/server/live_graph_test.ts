import assert from "node:assert/strict";
import * as v from "valibot";
import { ChangeRequest } from "../../server/change_request.ts";
import { createGraphStore } from "../../server/graph_store.ts";
import type { GraphInput } from "../../server/import/graph_input.ts";
import { LiveGraph } from "../../server/live_graph.ts";
import { restoreChanges } from "../../server/restore_changes.ts";
import { openChanges } from "../../server/store/changes.ts";
import { openDatabase } from "../../server/store/sqlite.ts";
import { graphOf } from "../helpers/graphs.ts";
import { withTempFolder } from "../helpers/temp_folder.ts";

const FILE = graphOf(4, [[0, 1, 2], [1, 2, 3], [2, 3, 4]]);

const edgesOf = (input: GraphInput) =>
  Array.from(input.sources, (source, e) => `${input.keys[source]}-${input.keys[input.targets[e]]} ${input.weights[e]}`);

/** A graph that is served again and again from the same folder, each time from what the file is then. */
function withGraph(use: (serve: (file?: GraphInput) => { graph: LiveGraph; close: () => void }) => void) {
  return withTempFolder((folder) =>
    use((file = FILE) => {
      const database = openDatabase(folder), changes = openChanges(database, "g");
      const graph = new LiveGraph({ first: createGraphStore(restoreChanges(file, changes)), changes });
      return { graph, close: () => database.close() };
    })
  );
}

const change = (graph: LiveGraph, request: unknown) => graph.change(v.parse(ChangeRequest, request));

Deno.test("[REST-9] changes outlive the process: nodes, edges, weights and removals", () =>
  withGraph((serve) => {
    const first = serve();
    change(first.graph, {
      add: {
        nodes: [{ key: "a", label: "Ada", type: "person", attributes: { age: 36 } }],
        edges: [{ source: "a", target: "n0", weight: 9 }],
      },
    });
    change(first.graph, { remove: { nodes: ["n3"], edges: [{ source: "n0", target: "n1" }] } });
    change(first.graph, { add: { edges: [{ source: "n1", target: "n2", weight: 7 }] } });
    first.close();
    const { graph, close } = serve(), { input, generation, ids } = graph.current;
    assert.deepEqual(input.keys, ["n0", "n1", "n2", "a"]);
    assert.equal(input.labels[3], "Ada");
    assert.equal(input.typeNames[input.nodeTypes[3]], "person");
    assert.equal(input.nodeAttributes.get("age")?.[3], 36);
    assert.deepEqual(edgesOf(input), ["n1-n2 7", "a-n0 9"]);
    assert.deepEqual(input.notes, ["Kept changes applied: 5."]);
    assert.deepEqual([generation, ...ids], [1, 0, 1, 2, 3], "generation and ids hold for a run");
    close();
  }));

Deno.test("[REST-9] what is done and undone leaves the file as it is", () =>
  withGraph((serve) => {
    const first = serve();
    for (let round = 0; round < 3; round++) {
      change(first.graph, { add: { nodes: [{ key: "a" }], edges: [{ source: "a", target: "n0" }] } });
      change(first.graph, { remove: { nodes: ["a"] } });
    }
    change(first.graph, { remove: { edges: [{ source: "n0", target: "n1" }] } });
    change(first.graph, { add: { edges: [{ source: "n0", target: "n1", weight: 2 }] } });
    first.close();
    const { graph, close } = serve();
    assert.deepEqual(graph.current.input.keys, FILE.keys);
    assert.deepEqual(edgesOf(graph.current.input), edgesOf(FILE));
    close();
  }));

Deno.test("[REST-9] a node of the file that was replaced stays replaced, and removed for good when that goes too", () =>
  withGraph((serve) => {
    const first = serve();
    change(first.graph, { remove: { nodes: ["n1"] }, add: { nodes: [{ key: "n1", label: "Other" }] } });
    first.close();
    const second = serve();
    assert.deepEqual(second.graph.current.input.labels, ["Node 0", "Node 2", "Node 3", "Other"]);
    assert.deepEqual(edgesOf(second.graph.current.input), ["n2-n3 4"]);
    change(second.graph, { remove: { nodes: ["n1"] } });
    second.close();
    const third = serve();
    assert.deepEqual(third.graph.current.input.keys, ["n0", "n2", "n3"]);
    third.close();
  }));

Deno.test("[REST-9] a file that changed underneath: what no longer fits is told once and forgotten", () =>
  withGraph((serve) => {
    const first = serve();
    change(first.graph, {
      add: {
        nodes: [{ key: "n4", label: "Ours" }],
        edges: [{ source: "n4", target: "n3" }, { source: "n0", target: "n2" }],
      },
    });
    first.close();
    // The file has a node n4 of its own by now, and no n3 any more.
    const file = { ...graphOf(4, [[0, 1]]), keys: ["n0", "n1", "n2", "n4"] };
    const second = serve(file);
    assert.equal(second.graph.current.input.labels[3], "Node 3");
    assert.deepEqual(edgesOf(second.graph.current.input), ["n0-n1 1", "n0-n2 1"]);
    assert.deepEqual(second.graph.current.input.notes, [
      "Kept changes applied: 1.",
      "Added nodes that the file has itself by now, and which are the file's: 1.",
      "Added edges dropped, since an end of theirs has left the file: 1.",
    ]);
    second.close();
    const third = serve(file);
    assert.deepEqual(third.graph.current.input.notes, ["Kept changes applied: 1."]);
    third.close();
  }));

Deno.test("[REST-6] what cannot be stored does not happen, and nobody hears of it", () => {
  const heard: unknown[] = [];
  const save = () => {
    throw new Error("disk full");
  };
  const graph = new LiveGraph({ first: createGraphStore(FILE), changes: { save } }), { current } = graph;
  graph.listen((applied) => heard.push(applied));
  assert.throws(() => change(graph, { remove: { nodes: ["n1"] } }), /disk full/);
  assert.equal(graph.current, current);
  assert.deepEqual(heard, []);
  assert.throws(() => change(graph, { remove: { nodes: ["n1", "n1"], edges: [] } }), /disk full/);
});

Deno.test("a change is told with what went and where everybody comes from", () => {
  const graph = new LiveGraph({ first: createGraphStore(FILE), changes: { save: () => {} } });
  const heard: number[][] = [];
  graph.listen(({ origins, removed }) => heard.push([...origins], [...removed]));
  change(graph, { remove: { nodes: ["n0"] } });
  change(graph, { add: { nodes: [{ key: "n0" }] } });
  change(graph, { remove: { nodes: ["n0", "n2"] } });
  assert.deepEqual(heard, [[1, 2, 3], [0], [0, 1, 2, -1], [], [0, 2], [1, 3]]);
  assert.deepEqual([...graph.current.ids], [1, 3]);
});
