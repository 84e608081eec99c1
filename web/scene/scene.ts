/**
 * The scene: one canvas, one graph, one loop that only runs while something changes.
 *
 * A frame, in order: newest positions in, interpolation, camera, what is under the pointer, draw, names.
 */
import { Vector3 } from "three";
import type { NodeFrame } from "../../protocol/frame.ts";
import type { HudSample } from "../state/app_state.ts";
import type { Other } from "../state/person.ts";
import type { Arrival, EdgeEnds, NodeNames, ScenePort } from "../state/scene_port.ts";
import { setAtmosphere, setViewport, type Viewport } from "./atmosphere.ts";
import { CameraRig, type Transition } from "./camera_rig.ts";
import { NOWHERE } from "./extent.ts";
import { carryNames } from "./carry_names.ts";
import { Focus } from "./focus.ts";
import { GraphView } from "./graph_view.ts";
import { Hand } from "./hand.ts";
import { createHold } from "./hold.ts";
import { Overlay } from "./overlay.ts";
import { Pointed } from "./pointed.ts";
import { PointerListener } from "./pointer.ts";
import type { SceneOptions } from "./scene_options.ts";
import { Stage } from "./stage.ts";
import { createStats } from "./stats.ts";
import { readThemeColors, setThemeUniforms } from "./theme_colors.ts";
import { createPoints, createTopology, sameNodes, type Topology } from "./topology.ts";
import { createUniforms } from "./uniforms.ts";
import { createWidths, setWidths } from "./widths.ts";

/** @throws {Error} where the browser has no WebGL 2. */
export class GraphScene implements ScenePort {
  readonly #options: SceneOptions;
  readonly #uniforms = createUniforms();
  readonly #widths = createWidths();
  readonly #stage: Stage;
  readonly #rig: CameraRig;
  readonly #overlay: Overlay;
  readonly #hand: Hand;
  readonly #hold = createHold(this.#uniforms);
  readonly #focus = new Focus(this.#uniforms);
  readonly #stats = createStats();
  readonly #scratch = new Vector3();
  readonly #pointerListener: PointerListener;
  readonly #pointed: Pointed;
  #mode: "dark" | "light" = "dark";
  #view: GraphView | undefined;
  /** Whether the view has a graph, or places alone. */
  #shows: "graph" | "points" = "graph";
  #pins: readonly number[] = [];
  #path: readonly number[] | undefined;

  constructor(options: SceneOptions) {
    this.#options = options;
    this.#stage = new Stage({
      host: options.host,
      frame: (nowMs, deltaMs) => this.#frame(nowMs, deltaMs),
      resized: (viewport) => this.#resized(viewport),
      graphics: options.on.graphics,
    });
    const { canvas, overlay } = this.#stage;
    this.#rig = new CameraRig(canvas, () => this.#stage.invalidate());
    this.#hand = this.#createHand();
    this.#overlay = new Overlay({ host: options.host, canvas: overlay, rig: this.#rig, hand: this.#hand });
    this.#pointed = new Pointed({ hand: this.#hand, focus: this.#focus, canvas });
    this.#pointerListener = new PointerListener(canvas, this.#hand);
    this.#stage.resize();
  }

  #createHand(): Hand {
    const { canEdit, now, on } = this.#options;
    const idOf = (index: number) => this.#view?.topology.ids[index] ?? 0;
    return new Hand({
      ...{ canEdit, now, rig: this.#rig, hold: this.#hold, uniforms: this.#uniforms },
      view: () => this.#shows === "graph" ? this.#view : undefined,
      viewport: () => this.#stage.viewport,
      selected: () => this.#focus.selected,
      on: {
        hover: (at) => {
          this.#pointed.moved(at);
          this.#stage.invalidate();
        },
        select: (index) => on.select(index === undefined ? undefined : idOf(index)),
        flyTo: (index) => this.flyTo(idOf(index)),
        drag: ({ index, phase, at: { x, y, z } }) => {
          on.drag({ id: idOf(index), phase, x, y, z });
          this.#stage.invalidate();
        },
      },
    });
  }

  showPoints(first: NodeFrame): void {
    this.#show(createPoints(first.ids), first);
    this.#shows = "points";
    this.fit("jump");
  }

  /** Puts a view of a graph in the place of the one there was. */
  #show(topology: Topology, first: NodeFrame): GraphView {
    if (this.#view !== undefined) this.#stage.scene.remove(this.#view.objects);
    this.#view?.dispose();
    const { readFrame } = this.#options;
    const view = new GraphView({ topology, first, readFrame, uniforms: this.#uniforms, widths: this.#widths });
    view.setBlending(this.#mode === "dark" ? "screen" : "over");
    this.#view = view;
    this.#stage.scene.add(view.objects);
    this.#stage.invalidate();
    return view;
  }

  /** Shows another graph, or the same one changed: then camera, names, selection and what is held go on. */
  load(first: NodeFrame, edges: EdgeEnds, arrival: Arrival): void {
    const topology = createTopology(first.ids, edges), old = this.#view;
    const isKnown = old !== undefined && this.#shows === "graph";
    const goesOn = isKnown && (arrival === "change" || sameNodes(old.topology, topology));
    const move = (index: number | undefined) =>
      old === undefined || index === undefined ? undefined : topology.indexOf(old.topology.ids[index]);
    const { selected, hovered } = this.#focus;
    const view = this.#show(topology, first);
    this.#shows = "graph";
    if (goesOn) view.goOnFrom(old);
    if (goesOn) this.#carry(old.topology, view);
    else {
      this.#hold.release();
      this.setNames(undefined);
    }
    this.#focus.hovered = goesOn ? move(hovered) : undefined;
    this.#focus.selected = move(selected);
    this.#pointed.sceneChanged();
    this.setPins(this.#pins);
    this.showPath(this.#path);
    this.#focus.apply(view);
    this.#stage.invalidate();
    if (old === undefined) this.fit("jump");
  }

  /** Names, colours and the held node, under the indices that their nodes have now. */
  #carry(from: Topology, { topology, look }: GraphView): void {
    const { names } = this.#overlay, move = (index: number) => topology.indexOf(from.ids[index]);
    this.#hold.reindex(move);
    if (names === undefined) return;
    const carried = carryNames(names, from, topology);
    this.#overlay.carryNames(carried, move);
    look.setSlots(carried.slots);
  }

  /** A position frame, newer than all before. */
  publish(bytes: Uint8Array): void {
    this.#stats.received(bytes.byteLength);
    this.#view?.slot.publish(bytes, this.#options.now());
    this.#stage.invalidate();
  }

  /** A decoded position frame, newer than all before. */
  place(frame: NodeFrame, messageBytes: number): "waits" {
    this.#stats.received(messageBytes);
    this.#view?.slot.place(frame, this.#options.now());
    this.#stage.invalidate();
    return "waits";
  }

  setNames(names: NodeNames | undefined): void {
    if (names !== undefined && names.labels.length !== this.#view?.topology.count) return;
    this.#overlay.setNames(names);
    if (names !== undefined) this.#view?.look.setSlots(names.slots);
    this.#view?.lookChanged();
    this.#stage.invalidate();
  }

  setPins(ids: Iterable<number>): void {
    this.#pins = [...ids];
    const view = this.#view;
    if (view === undefined) return;
    view.look.setPins(this.#pins.map(view.topology.indexOf).filter((index) => index !== undefined));
    view.lookChanged();
    this.#stage.invalidate();
  }

  select(id: number | undefined): void {
    if (this.#view === undefined) return;
    this.#focus.selected = id === undefined ? undefined : this.#view.topology.indexOf(id);
    this.#focus.apply(this.#view);
    this.#stage.invalidate();
  }

  showPath(ids: readonly number[] | undefined): void {
    this.#path = ids;
    const view = this.#view, indices = ids?.map((id) => view?.topology.indexOf(id)) ?? [];
    if (view === undefined) return;
    const known = indices.filter((index) => index !== undefined);
    // A path over nodes that are gone is none.
    const shown = known.length === indices.length ? known : [];
    this.#focus.path = shown.length === 0 ? undefined : shown;
    view.showPathEdges(shown);
    this.#focus.apply(view);
    this.#stage.invalidate();
  }

  showOthers(others: readonly Other[]): void {
    this.#overlay.showOthers(others);
    this.#stage.invalidate();
  }

  letGo(id: number): string | undefined {
    this.#hand.letGo(id);
    this.#stage.invalidate();
    return this.#overlay.names?.labels[this.#view?.topology.indexOf(id) ?? -1];
  }

  flyTo(id: number): void {
    const index = this.#view?.topology.indexOf(id);
    if (this.#view === undefined || index === undefined) return;
    const distance = Math.min(this.#rig.distance, this.#view.readingDistance);
    const insets = this.#options.insets(this.#stage.viewport);
    this.#rig.flyTo(this.#view.positionAt(index, this.#scratch), { distance, insets }, this.#pace());
    this.#stage.invalidate();
  }

  fit(how: Transition = this.#pace()): void {
    if (this.#view === undefined) return;
    this.#rig.frame(this.#view.slot.after, how);
    this.#stage.invalidate();
  }

  /** Units: radians. */
  orbit(azimuth: number, polar: number): void {
    this.#rig.orbit(azimuth, polar, this.#pace());
    this.#stage.invalidate();
  }

  zoom(factor: number): void {
    this.#rig.zoom(factor, this.#pace());
    this.#stage.invalidate();
  }

  /** Takes the colours that the style sheet now has. */
  setTheme(mode: "dark" | "light"): void {
    this.#mode = mode;
    const colors = readThemeColors(this.#options.host, mode);
    setThemeUniforms(this.#uniforms, colors);
    this.#stage.renderer.setClearColor(colors.clear);
    this.#view?.setBlending(mode === "dark" ? "screen" : "over");
    this.#overlay.setColors(colors);
    this.#stage.invalidate();
  }

  /** What was received and drawn since the last call. */
  sample(): HudSample {
    return this.#stats.sample(this.#options.now(), this.#view?.slot.replaced ?? 0);
  }

  dispose(): void {
    this.#pointerListener.stop();
    this.#view?.dispose();
    this.#rig.dispose();
    this.#stage.dispose();
  }

  #pace(): Transition {
    return this.#options.reducedMotion() ? "jump" : "glide";
  }

  #resized({ width, height, dpr }: Viewport): void {
    setViewport(this.#uniforms, { width, height, dpr });
    setWidths(this.#widths, { dpr });
    this.#rig.resize(width, height);
    this.#overlay.resize({ width, height, dpr });
  }

  #frame(nowMs: number, deltaMs: number): boolean {
    const startedMs = this.#options.now(), view = this.#view, stage = this.#stage;
    if (view !== undefined) this.#takeFrame(view, nowMs);
    const travelling = (view?.blendTo(nowMs) ?? 1) < 1;
    const steering = this.#rig.update(deltaMs, view?.extent ?? NOWHERE);
    if (steering && view !== undefined) this.#options.on.look(this.#rig.look());
    if (view !== undefined) {
      this.#pointed.update(view, { isSteering: steering });
      setAtmosphere(this.#uniforms, { camera: this.#rig.camera, view, viewport: stage.viewport, mode: this.#mode });
    }
    const fading = this.#focus.animate(deltaMs, this.#options.reducedMotion() ? "jump" : "fade");
    const { hovered, selected, members: only } = this.#focus;
    const moment = { nowMs, deltaMs, hovered, selected, only, pace: this.#pace() };
    const naming = view !== undefined && this.#overlay.draw({ view, ...moment });
    stage.renderer.render(stage.scene, this.#rig.camera);
    this.#stats.drawn(startedMs, this.#options.now() - startedMs, view?.slot.arrivedAtMs);
    return travelling || steering || fading || naming;
  }

  #takeFrame(view: GraphView, nowMs: number): void {
    try {
      if (!view.takeFrame(nowMs)) return;
      this.#hold.frameShown(view, nowMs);
      this.#options.on.shown();
    } catch (error) {
      this.#options.on.problem(error);
    }
  }
}
