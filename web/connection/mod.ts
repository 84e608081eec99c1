/** Orrery's client library, for pages and for Deno: see `docs/client_library.md`. Everything else here is internal. */
export type { NodeFrame } from "../../protocol/frame.ts";
export type {
  Camera,
  Introduction,
  Participant,
  ParticipantCamera,
  ParticipantNode,
  ParticipantsData,
  ReleasedData,
} from "../../protocol/graph/presence.ts";
export type { Selection, StatusData } from "../../protocol/graph/events.ts";
export type { SpokenVoice } from "../../protocol/network/voice.ts";
export type { RoomMember, RoomState } from "../../protocol/network/voice_room.ts";
export type { Voice, VoiceCodec } from "../../protocol/voice.ts";
export { BACKOFF, backoffDelayMs, type BackoffOptions } from "./backoff.ts";
export { BatchQueue, type BatchQueueOptions } from "./batch_queue.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { ConnectionState, ProbeResult } from "./connection_state.ts";
export { type ClientDialect, dialect, type DragPhase, type EdgeColumns, type NodeFilter } from "./dialect.ts";
export type { Drag } from "./drags.ts";
export type { GraphEvents } from "./graph_events.ts";
export { GraphSocket } from "./graph_socket.ts";
export type { GraphSocketOptions } from "./graph_socket_options.ts";
export { type LatencyFigures, LatencyTracker } from "./latency_tracker.ts";
export { graphSocketUrl, type OpenGraph, openGraph, type OpenOptions, type SocketAddress } from "./open_graph.ts";
export { openVoice } from "./open_voice.ts";
export { probeSession } from "./probe.ts";
export { Q1_CREDIT, Q1Stream } from "./q1_stream.ts";
export { openBrowserSocket, type OpenSocket, type RawSocket, type SocketListeners } from "./raw_socket.ts";
export { RequestDeduplicator } from "./request_deduplicator.ts";
export {
  RestClient,
  type RestError,
  type RestOptions,
  type Result,
  type SimulationAction,
  type Topology,
} from "./rest_client.ts";
export type { Health, Labels, NodeDetails, Role, SearchResult, Session } from "./rest_schemas.ts";
export { createTokenStore, fragmentWithoutToken, tokenInFragment, type TokenStore } from "./token.ts";
export {
  type VoiceEvents,
  VoiceSocket,
  type VoiceSocketOptions,
  voiceSocketUrl,
  type VoiceState,
} from "./voice_socket.ts";
