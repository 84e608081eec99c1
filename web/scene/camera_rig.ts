/** The camera and the hands on it: orbit, zoom to the pointer, fit, fly. */
import CameraControls from "camera-controls";
import {
  Box3,
  Matrix4,
  PerspectiveCamera,
  Quaternion,
  Raycaster,
  Sphere as ThreeSphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import type { Camera } from "../state/person.ts";
import { frameLayout, type Sphere } from "./extent.ts";

const FIELD_OF_VIEW = 42;
/** Framing uses this share of the view's height and width: the toolbar stands in the rest. */
const FIT_SHARE = 0.78;
/** … at the lower edge, so the middle of what is framed is this much above the view's. Units: shares of its height. */
const FIT_RAISE = 0.035;
/** How near and far one may go, in radii of the layout. */
const NEAREST = 2e-3, FARTHEST = 12;

/** What panels cover at each side of the view. Units: CSS pixels. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export type Transition = "glide" | "jump";

export class CameraRig {
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 1000);
  /** Projection × view of the last `update`. */
  readonly matrix = new Matrix4();
  readonly #controls: CameraControls;
  readonly #target = new Vector3();
  #height = 1;

  /** Listens to hands on `canvas`; `changed` is called whenever they want something drawn. */
  constructor(canvas: HTMLElement, changed: () => void) {
    CameraControls.install({
      THREE: { Vector2, Vector3, Vector4, Quaternion, Matrix4, Spherical, Box3, Sphere: ThreeSphere, Raycaster },
    });
    this.camera.position.set(0, 0, 10);
    this.#controls = new CameraControls(this.camera, canvas);
    this.#controls.dollyToCursor = true;
    this.#controls.smoothTime = 0.18;
    this.#controls.draggingSmoothTime = 0.06;
    this.#controls.dollySpeed = 0.7;
    for (const name of ["control", "controlstart", "controlend", "transitionstart"] as const) {
      this.#controls.addEventListener(name, changed);
    }
  }

  /** Whether hands on the canvas steer the camera; not while they hold a node. */
  set enabled(value: boolean) {
    this.#controls.enabled = value;
  }

  get distance(): number {
    return this.#controls.distance;
  }

  /** Where it is, and what it looks at. */
  look(): Camera {
    const { position: at } = this.camera, to = this.#controls.getTarget(this.#target, false);
    return { position: [at.x, at.y, at.z], target: [to.x, to.y, to.z] };
  }

  /** Moves the camera along and keeps depth precise for a layout of this extent; true while it moves. */
  update(deltaMs: number, extent: Sphere): boolean {
    const { camera } = this, { x, y, z, radius } = extent;
    this.#controls.minDistance = radius * NEAREST;
    this.#controls.maxDistance = radius * FARTHEST;
    const moved = this.#controls.update(deltaMs / 1000), eye = camera.position;
    const distance = Math.hypot(eye.x - x, eye.y - y, eye.z - z);
    camera.near = Math.max(0.5 * (distance - 4 * radius), radius * 5e-4);
    camera.far = distance + 8 * radius;
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    this.matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    return moved;
  }

  resize(width: number, height: number): void {
    this.#height = Math.max(1, height);
    this.camera.aspect = width / this.#height;
    this.camera.updateProjectionMatrix();
  }

  /** Shows the whole layout from the side where the camera is, in the part of the view that no panel covers. */
  frame(moment: { positions: Float32Array; count: number }, how: Transition): void {
    const { camera } = this, right = new Vector3(), up = new Vector3(), back = new Vector3();
    camera.matrixWorld.extractBasis(right, up, back);
    const vertical = Math.tan(camera.fov * Math.PI / 360) * FIT_SHARE;
    const { center, distance } = frameLayout(moment, { right, up, back }, {
      vertical,
      horizontal: vertical * camera.aspect,
    });
    const raise = 2 * FIT_RAISE * distance * Math.tan(camera.fov * Math.PI / 360);
    const target = up.multiplyScalar(-raise).add(center), eye = back.multiplyScalar(distance).add(target);
    this.#controls.maxDistance = Infinity;
    void this.#controls.setLookAt(eye.x, eye.y, eye.z, target.x, target.y, target.z, how === "glide");
  }

  /** Ends `distance` away from `point`, on the side where the camera is now, with the point amid what is uncovered. */
  flyTo(point: Vector3, flight: { distance: number; insets: Insets }, how: Transition): void {
    const { camera } = this, { distance, insets } = flight, right = new Vector3(), up = new Vector3();
    camera.matrixWorld.extractBasis(right, up, new Vector3());
    const perPixel = 2 * distance * Math.tan(camera.fov * Math.PI / 360) / this.#height;
    const target = point.clone().addScaledVector(right, (insets.right - insets.left) / 2 * perPixel)
      .addScaledVector(up, (insets.top - insets.bottom) / 2 * perPixel);
    const eye = camera.position.clone().sub(point);
    if (eye.lengthSq() === 0) eye.set(0, 0, 1);
    eye.setLength(distance).add(target);
    void this.#controls.setLookAt(eye.x, eye.y, eye.z, target.x, target.y, target.z, how === "glide");
  }

  /** Units: radians. */
  orbit(azimuth: number, polar: number, how: Transition): void {
    void this.#controls.rotate(azimuth, polar, how === "glide");
  }

  /** `factor` below 1 comes closer. */
  zoom(factor: number, how: Transition): void {
    void this.#controls.dollyTo(this.#controls.distance * factor, how === "glide");
  }

  /** The point at `depth` under a place of the viewport, into `out`. */
  pointAt(place: { x: number; y: number; width: number; height: number }, depth: number, out: Vector3): Vector3 {
    const { camera } = this, e = camera.projectionMatrix.elements;
    out.set((2 * place.x / place.width - 1) * depth / e[0], (1 - 2 * place.y / place.height) * depth / e[5], -depth);
    return out.applyMatrix4(camera.matrixWorld);
  }

  dispose(): void {
    this.#controls.dispose();
  }
}
