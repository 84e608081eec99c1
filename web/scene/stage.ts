/** The canvas and the loop: draws when asked, again while asked to go on, and otherwise sleeps. */
import { Scene, WebGLRenderer } from "three";
import type { Viewport } from "./atmosphere.ts";

const MOST_DPR = 2;
/** A pause longer than this is no animation step. */
const LONGEST_STEP_MS = 100;

export interface StageOptions {
  readonly host: HTMLElement;
  /** Prepares a frame; returns whether another one must follow. The stage draws afterwards. */
  readonly frame: (nowMs: number, deltaMs: number) => boolean;
  readonly resized: (viewport: Viewport) => void;
  readonly graphics: (state: "lost" | "restored") => void;
}

/** @throws {Error} where the browser has no WebGL 2. */
export class Stage {
  readonly canvas = createCanvas("scene-canvas");
  readonly overlay = createCanvas("scene-labels");
  readonly renderer: WebGLRenderer;
  readonly scene = new Scene();
  viewport: Viewport = { width: 1, height: 1, dpr: 1 };
  readonly #options: StageOptions;
  readonly #resizes = new ResizeObserver(() => this.resize());
  readonly #breath = new MessageChannel();
  #request = 0;
  #lastMs = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", "Graph in three dimensions. Arrow keys turn it, plus and minus zoom.");
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, powerPreference: "high-performance" });
    // Asking for compile errors waits for the GPU: hundreds of milliseconds before the first frame.
    this.renderer.debug.checkShaderErrors = false;
    options.host.append(this.canvas, this.overlay);
    this.canvas.addEventListener("webglcontextlost", () => options.graphics("lost"));
    this.canvas.addEventListener("webglcontextrestored", () => {
      options.graphics("restored");
      this.invalidate();
    });
    this.#resizes.observe(options.host);
    this.#breath.port1.onmessage = () => this.invalidate();
  }

  /** Asks for one frame; asking twice is asking once. A hidden tab gets none until it is seen again. */
  invalidate(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (nowMs: number): void => {
    this.#request = 0;
    const deltaMs = Math.min(LONGEST_STEP_MS, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    // Asked for within a frame, the next one begins before the messages that came meanwhile are handed over; where
    // drawing is slow they would be one frame older when they are shown.
    if (this.#options.frame(nowMs, deltaMs)) this.#breath.port2.postMessage(undefined);
  };

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.host;
    if (width === 0 || height === 0) return;
    this.viewport = { width, height, dpr: Math.min(MOST_DPR, devicePixelRatio) };
    this.renderer.setPixelRatio(this.viewport.dpr);
    this.renderer.setSize(width, height, false);
    this.#options.resized(this.viewport);
    this.invalidate();
  }

  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.#breath.port1.close();
    this.#resizes.disconnect();
    this.renderer.dispose();
    this.canvas.remove();
    this.overlay.remove();
  }
}

function createCanvas(className: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  return canvas;
}
