import { viewOf } from "../../bytes.ts";
import { decodeFilterUpdate, type FilterUpdate } from "./filter.ts";
import { fail, hex, readHeader, TRANSFER_FLAGS, V4_HEADER_BYTES, V4_TYPE, V4_VERSION } from "./header.ts";
import {
  decodeHeartbeat,
  decodeNodeDrag,
  decodeNodeSelect,
  type Heartbeat,
  type NodeDrag,
  type NodeSelect,
} from "./interaction.ts";
import { decodeFullGraph, decodePositionUpdate, type FullGraph, type PositionUpdate } from "./nodes.ts";
import { decodeVoiceData, type VoiceData } from "./voice.ts";

export type V4Message = FullGraph | PositionUpdate | NodeSelect | NodeDrag | Heartbeat | FilterUpdate | VoiceData;

/**
 * Any whole, plain V4 message. Shape: columns are fresh arrays that share nothing with `bytes`.
 * Fragments go through `FragmentAssembler` first, deflated payloads through `inflateV4`.
 * @throws {DecodeError} for another version, an unknown type or flag, a wrong length, or a field beyond its bound.
 */
export function decodeV4(bytes: Uint8Array): V4Message {
  const view = viewOf(bytes), { type, flags } = readHeader(view);
  if ((flags & TRANSFER_FLAGS) !== 0) fail(2, "a whole message, not deflated", hex(flags));
  switch (type) {
    case V4_TYPE.fullGraph:
      return decodeFullGraph(view, flags);
    case V4_TYPE.positionUpdate:
      return decodePositionUpdate(view, flags);
    case V4_TYPE.nodeSelect:
      return decodeNodeSelect(view, flags);
    case V4_TYPE.nodeDrag:
      return decodeNodeDrag(view, flags);
    case V4_TYPE.heartbeat:
      return decodeHeartbeat(view, flags);
    case V4_TYPE.filterUpdate:
      return decodeFilterUpdate(view, flags);
    case V4_TYPE.voiceData:
      return decodeVoiceData(view, flags);
    default:
      return fail(1, "a known message type", hex(type));
  }
}

/** The message type of a V4 message, without decoding it; absent when there is no whole header. */
export function peekType(bytes: Uint8Array): number | undefined {
  return bytes.byteLength >= V4_HEADER_BYTES && bytes[0] === V4_VERSION ? bytes[1] : undefined;
}
