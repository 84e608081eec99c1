/// <reference lib="dom" />
import assert from "node:assert/strict";
import { OthersLayer, type OthersView } from "../../../web/scene/others.ts";
import { createTopology } from "../../../web/scene/topology.ts";
import type { Other } from "../../../web/state/person.ts";

/** A pen that writes down what is drawn in whose colour. */
function fakePen() {
  const drawn: string[] = [];
  const pen = {
    ...{ strokeStyle: "", fillStyle: "", lineWidth: 0, font: "", lineJoin: "", textAlign: "", textBaseline: "" },
    ...{ save() {}, restore() {}, beginPath() {}, moveTo() {}, lineTo() {}, stroke() {}, fill() {}, strokeText() {} },
    arc: (...at: number[]) => drawn.push(`arc ${at.slice(0, 3).map((value) => value.toFixed(1)).join(" ")}`),
    fillText: (text: string) => drawn.push(`${text} ${pen.fillStyle}`),
  };
  return { pen: pen as unknown as CanvasRenderingContext2D, drawn };
}

/** Orthographic: x and y are pixels, depth is 1. Node 5 lies at (40, 30). */
const VIEW: OthersView = {
  matrix: new Float32Array([0.02, 0, 0, 0, 0, -0.02, 0, 0, 0, 0, 1, 0, -1, 1, 0, 1]),
  ...{ width: 100, height: 100, distance: 1 },
  positionAt: (_, out) => out.set(40, 30, 0),
  radiusAt: () => 6,
  indexOf:
    createTopology(Uint32Array.of(5), { count: 0, sources: new Uint32Array(), targets: new Uint32Array() }).indexOf,
};

const COLORS = { people: ["pink", "teal"], halo: "black", font: "sans" } as unknown as Parameters<
  OthersLayer["setColors"]
>[0];

function layer(others: readonly Other[]) {
  const { pen, drawn } = fakePen(), shown = new OthersLayer(pen);
  shown.setColors(COLORS);
  shown.set(others);
  const draw = (deltaMs: number, pace: "glide" | "jump" = "glide") => {
    drawn.length = 0;
    return shown.draw(VIEW, { deltaMs, pace });
  };
  return { shown, drawn, draw };
}

const other = (participant: number, more: Partial<Other>): Other => ({
  ...{ participant, name: `P${participant}`, role: "editor", tone: participant, held: [] },
  ...more,
});

Deno.test("others: rings of two people around one node lie in each other, each with its name and colour", () => {
  const { drawn, draw } = layer([other(0, { selected: 5 }), other(1, { held: [5], selected: 5, color: "#ff7f00" })]);
  assert.equal(draw(16), false);
  const once = drawn.filter((what, at) => drawn.indexOf(what) === at);
  assert.deepEqual(once, ["arc 40.0 30.0 10.0", "P0 pink", "arc 40.0 30.0 14.0", "P1 #ff7f00"]);
});

Deno.test("others: a camera glides to where it is told, jumps where motion is not wanted, and goes with its owner", () => {
  const at = (x: number) => ({ position: [x, 50, 0], target: [x, 50, -9] }) as const;
  const { shown, drawn, draw } = layer([other(0, { camera: at(10) })]);
  const x = () => Number(drawn[0]?.split(" ")[1]);
  assert.deepEqual([draw(16), Math.round(x())], [false, 10]);
  shown.set([other(0, { camera: at(90) })]);
  assert.equal(draw(45), true);
  assert.ok(x() > 20 && x() < 80, `${x()}`);
  for (let frame = 0; frame < 200 && draw(45); frame++);
  assert.ok(Math.abs(x() - 90) < 0.5, `${x()}`);
  shown.set([other(0, { camera: at(20) })]);
  assert.deepEqual([draw(1, "jump"), Math.round(x())], [false, 20]);
  shown.set([other(0, { camera: at(500) })]);
  draw(1, "jump");
  assert.deepEqual(drawn, [], "outside the view");
  shown.set([other(0, {})]);
  draw(16);
  assert.deepEqual(drawn, []);
});

Deno.test("others: a node that this page does not have is not marked", () => {
  const { drawn, draw } = layer([other(0, { selected: 6 })]);
  draw(16);
  assert.deepEqual(drawn, []);
});
