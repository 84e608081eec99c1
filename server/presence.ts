import type { Camera, Introduction, Vector } from "../protocol/graph/presence.ts";
import { LIMITS } from "./limits.ts";
import { Refusal } from "./refusal.ts";

/** In which cameras are told, per edge length. */
const CAMERA_STEPS = 100;

export interface PresenceEvents {
  introduced(): void;
  /** Its camera is elsewhere now, or nowhere. */
  looked(): void;
}

/** What one participant shows of itself to the others. */
export class Presence {
  introduction: Introduction = {};
  camera: Camera | undefined;

  constructor(private readonly on: PresenceEvents) {}

  /** Replaces what was said before. @throws {Refusal} */
  introduce({ name: said, color }: Introduction): void {
    const name = said?.trim() || undefined;
    if (name !== undefined && (name.length > LIMITS.participantNameLength.value || /\p{C}/u.test(name))) {
      throw new Refusal(
        "bad_message",
        `A name has at most ${LIMITS.participantNameLength.value} characters, all of them visible.`,
      );
    }
    const before = this.introduction;
    if (before.name === name && before.color === color) return;
    this.introduction = { ...(name !== undefined && { name }), ...(color !== undefined && { color }) };
    this.on.introduced();
  }

  /** A camera that is too far away is nowhere. */
  look(camera: Camera | undefined): void {
    const isNear = camera !== undefined && [...camera.position, ...camera.target].every(inReach);
    const next = isNear ? { position: inSteps(camera.position), target: inSteps(camera.target) } : undefined;
    if (sameCamera(this.camera, next)) return;
    this.camera = next;
    this.on.looked();
  }
}

const inReach = (value: number) => Math.abs(value) <= LIMITS.cameraCoordinate.value;

function inSteps([x, y, z]: Vector): Vector {
  // Plus zero: there is no −0 in JSON.
  const round = (value: number) => Math.round(value * CAMERA_STEPS) / CAMERA_STEPS + 0;
  return [round(x), round(y), round(z)];
}

function sameCamera(a: Camera | undefined, b: Camera | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const same = (one: Vector, other: Vector) => one.every((value, axis) => value === other[axis]);
  return same(a.position, b.position) && same(a.target, b.target);
}
