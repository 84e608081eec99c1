/** Counts what was received and drawn, for the head-up display. */
import type { HudSample } from "../state/app_state.ts";

/** A frame this old is no longer news: the layout is at rest. */
const STALE_MS = 2_000;

export interface SceneStats {
  received(bytes: number): void;
  /** `arrivedAtMs` is absent when no position frame is shown yet. */
  drawn(nowMs: number, workMs: number, arrivedAtMs?: number): void;
  /** What happened since the last call. */
  sample(nowMs: number, replacedFrames: number): HudSample;
}

export function createStats(): SceneStats {
  let frames = 0, bytes = 0, draws = 0, work = 0, sinceMs = 0, age = 0, ages = 0, lastDrawMs = -Infinity, activeMs = 0;
  return {
    received(size) {
      frames++;
      bytes += size;
    },
    drawn(nowMs, workMs, arrivedAtMs) {
      draws++;
      work += workMs;
      const gapMs = nowMs - lastDrawMs;
      if (gapMs < 250) activeMs += gapMs;
      lastDrawMs = nowMs;
      if (arrivedAtMs === undefined || nowMs - arrivedAtMs > STALE_MS) return;
      age += nowMs - arrivedAtMs;
      ages++;
    },
    sample(nowMs, replacedFrames) {
      const passedS = Math.max(1e-3, (nowMs - sinceMs) / 1000);
      const sample: HudSample = {
        fps: activeMs > 100 ? draws / (activeMs / 1000) : undefined,
        frameAgeMs: ages > 0 ? age / ages : undefined,
        framesPerSecond: frames / passedS,
        bytesPerSecond: bytes / passedS,
        replacedFrames,
        mainThreadMs: draws > 0 ? work / draws : undefined,
      };
      frames =
        bytes =
        draws =
        work =
        age =
        ages =
        activeMs =
          0;
      sinceMs = nowMs;
      return sample;
    },
  };
}
