import assert from "node:assert/strict";
import { join } from "node:path";
import plugin, { layerOf, LAYERS } from "../../tools/lint_layers.ts";

const ROOT = join(import.meta.dirname ?? "", "../..");

function messages(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, join(ROOT, path), source).map((diagnostic) => diagnostic.message);
}

/** Path of the module, its source. */
const ALLOWED: readonly (readonly [string, string])[] = [
  ["protocol/graph/v2.ts", 'import { viewOf } from "../bytes.ts";'],
  ["gpu/simulation.ts", 'import type { NodeFrame } from "../protocol/frame.ts";'],
  ["gpu/passes/springs.ts", 'import shader from "./springs.wgsl" with { type: "text" };'],
  ["gpu/cpu/pool.ts", 'import { availableParallelism } from "node:os"; Deno.hostname();'],
  ["gpu/device.ts", "Deno.env.get('X');"],
  ["gpu/worker.ts", "Deno.exit(0);"],
  ["server/app.ts", 'import { Hono } from "hono"; import { openLiveSimulation } from "../gpu/mod.ts";'],
  ["server/endpoints/graph.ts", 'import { Hub } from "../hub.ts"; import * as v from "valibot"; Deno.pid;'],
  ["web/connection/socket.ts", 'export { v4 } from "../../protocol/graph/v4.ts";'],
  ["web/scene/points.ts", 'import { Points } from "three"; import { EffectComposer } from "three/addons/x.js";'],
  ["web/scene/frame_slot.ts", 'import type { NodeFrame } from "../../protocol/frame.ts";'],
  [
    "web/ui/panel.tsx",
    'import { useSignal } from "@preact/signals"; import { selection } from "../state/selection.ts";',
  ],
  ["web/main.tsx", 'import { open } from "./connection/socket.ts"; import { Scene } from "./scene/scene.ts";'],
  [
    "main.ts",
    'import { serve } from "./server/app.ts"; import process from "node:process"; await import("./gpu/mod.ts");',
  ],
  ["examples/watch.ts", 'import { v2 } from "../protocol/graph/v2.ts"; Deno.args;'],
  ["tests/gpu/simulation_test.ts", 'import { step } from "../../gpu/simulation.ts"; import fc from "fast-check";'],
  ["tools/bundle_web.ts", 'import { spawn } from "node:child_process";'],
];

/** Path of the module, its source, what the message must say. */
const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ["protocol/frame.ts", 'import { step } from "../gpu/mod.ts";', /protocol\/frame\.ts must not import gpu\/mod\.ts/],
  ["protocol/frame.ts", 'import * as v from "valibot";', /must not import the package valibot: .*: none/],
  ["protocol/frame.ts", 'import { Buffer } from "node:buffer";', /must not use node:buffer/],
  ["protocol/frame.ts", "Deno.cwd();", /must not use Deno/],
  ["protocol/frame.ts", "type Options = Deno.ServeOptions;", /must not use Deno/],
  ["protocol/frame.ts", "globalThis.Deno;", /must not use Deno/],
  ["gpu/simulation.ts", 'import { DecodeError } from "../protocol/codec.ts";', /must not import protocol\/codec\.ts/],
  ["gpu/simulation.ts", 'type A = import("../server/app.ts").App;', /must not import server\/app\.ts/],
  ["gpu/simulation.ts", "Deno.cwd();", /must not use Deno: it belongs to gpu\/device\.ts, /],
  ["gpu/cpu/pool.ts", 'import "ws";', /must not import the package ws/],
  ["server/app.ts", 'import type { Simulation } from "../gpu/simulation.ts";', /must not import gpu\/simulation\.ts/],
  ["server/app.ts", 'import { Scene } from "../web/scene/scene.ts";', /must not import web\/scene\/scene\.ts/],
  ["server/endpoints/graph.ts", 'import { rest } from "./rest.ts";', /server\/endpoints\/ do not import each other/],
  ["server/endpoints/graph.ts", 'import "../../gpu/mod.ts";', /must not import gpu\/mod\.ts/],
  ["web/connection/socket.ts", 'import { render } from "preact";', /must not import the package preact/],
  ["web/connection/socket.ts", 'export * from "../state/graph.ts";', /must not import web\/state\/graph\.ts/],
  [
    "web/scene/points.ts",
    'import { v2 } from "../../protocol/graph/v2.ts";',
    /must not import protocol\/graph\/v2\.ts/,
  ],
  ["web/scene/points.ts", 'import { signal } from "@preact/signals";', /the package @preact\/signals: .*: three/],
  ["web/ui/panel.tsx", 'await import("../scene/scene.ts");', /must not import web\/scene\/scene\.ts/],
  ["web/ui/panel.tsx", 'import { Vector3 } from "three";', /must not import the package three/],
  ["web/main.tsx", 'import { serve } from "../server/app.ts";', /must not import server\/app\.ts/],
  ["main.ts", 'import { Forces } from "./gpu/passes/springs.ts";', /must not import gpu\/passes\/springs\.ts/],
  ["main.ts", 'import { render } from "npm:preact@11.2.0";', /packages come from npm, by their name in deno\.json/],
  ["tests/a_test.ts", 'import { assert } from "jsr:@std/assert";', /by their name in deno\.json/],
  ["examples/watch.ts", 'import { serve } from "../server/app.ts";', /must not import server\/app\.ts/],
  ["web/stray.ts", "export {};", /belongs to no layer/],
];

Deno.test("imports that follow the table pass", () => {
  for (const [path, source] of ALLOWED) assert.deepEqual(messages(path, source), [], `${path}: ${source}`);
});

Deno.test("every import against the table is reported once, in a sentence that names both ends", () => {
  for (const [path, source, expected] of REFUSED) {
    const found = messages(path, source);
    assert.equal(found.length, 1, `${path}: ${source} → ${JSON.stringify(found)}`);
    assert.match(found[0], expected);
  }
});

Deno.test("files outside the repository are left alone", () => {
  assert.deepEqual(Deno.lint.runPlugin(plugin, "/elsewhere/protocol/a.ts", "Deno.cwd();"), []);
});

Deno.test("the longest matching row holds", () => {
  assert.equal(layerOf("gpu/cpu/walk.ts")?.path, "gpu/cpu/");
  assert.equal(layerOf("server/endpoints/rest.ts")?.path, "server/endpoints/");
  assert.equal(layerOf("gpu/worker.ts")?.path, "gpu/worker.ts");
  assert.equal(layerOf("gpu/worker.tsx")?.path, "gpu/");
  assert.equal(layerOf("README.md"), undefined);
  assert.equal(new Set(LAYERS.map((layer) => layer.path)).size, LAYERS.length);
});
