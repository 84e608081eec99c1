import { encodeVoiceData } from "../../protocol/graph/v4.ts";
import { encodeVoiceFrame, type VoiceFrameStamp } from "../../protocol/network/voice.ts";
import type { Voice } from "../../protocol/voice.ts";

/** `v4`: VoiceData of the graph socket, which has no field for who speaks. `network`: VOICE_FRAME of `/ws/voice`. */
export type VoiceDialect = "v4" | "network";

/** One packet on its way to a room: written once per dialect, and only in those that somebody there speaks. */
export class RelayedVoice {
  readonly #written = new Map<VoiceDialect, Uint8Array>();

  constructor(
    private readonly speaker: number,
    private readonly voice: Voice,
    private readonly stamp: VoiceFrameStamp,
  ) {}

  bytes(dialect: VoiceDialect): Uint8Array {
    const known = this.#written.get(dialect);
    if (known !== undefined) return known;
    const { speaker, voice, stamp } = this;
    const written = dialect === "v4" ? encodeVoiceData(voice) : encodeVoiceFrame({ speaker, voice }, stamp);
    this.#written.set(dialect, written);
    return written;
  }
}
