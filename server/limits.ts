/** Every bound of the server, with its number. Nothing that a peer can make grow is without one. */

export type LimitGroup = "messages" | "time" | "connections" | "outbox" | "behaviour" | "graph";
export type LimitUnit = "bytes" | "count" | "ms" | "characters" | "per minute" | "per second" | "edge lengths";

export interface Limit {
  readonly group: LimitGroup;
  readonly value: number;
  readonly unit: LimitUnit;
  /** One sentence: what is bounded, and what happens beyond it. */
  readonly meaning: string;
}

const KIB = 1024, MIB = 1024 * KIB, SECOND = 1000, HOUR = 3600 * SECOND;

function limit(group: LimitGroup, unit: LimitUnit, value: number, meaning: string): Limit {
  return { group, value, unit, meaning };
}

export const LIMITS = {
  graphMessageBytes: limit(
    "messages",
    "bytes",
    MIB,
    "One message to the graph socket; a longer one closes it with 1009.",
  ),
  unheardBytes: limit(
    "messages",
    "bytes",
    4 * MIB,
    "Messages of one socket that a worker of sockets has read and nobody has taken; more close it with 1008.",
  ),
  messageFragments: limit("messages", "count", 16_384, "Fragments of one message; more close the socket with 1008."),
  voiceMessageBytes: limit(
    "messages",
    "bytes",
    64 * KIB + 64,
    "One message to the voice socket; a longer one closes it with 1009.",
  ),
  headerBytes: limit("messages", "bytes", 16 * KIB, "Headers of one request; more are answered 431."),
  requestBodyBytes: limit("messages", "bytes", MIB, "Body of one REST request; more are answered 413."),

  headerMs: limit("time", "ms", 10 * SECOND, "From connecting to the last header; then 408 and closed."),
  requestMs: limit(
    "time",
    "ms",
    30 * SECOND,
    "From a request's first byte to its last, and a response without a reader; then closed.",
  ),
  handshakeMs: limit("time", "ms", 10 * SECOND, "Deciding on one upgrade; then 503."),
  closeMs: limit("time", "ms", 2 * SECOND, "One closing handshake, and responses in flight at shutdown; then dropped."),
  heartbeatMs: limit(
    "time",
    "ms",
    30 * SECOND,
    "Between two pings; a peer that answers none before the next is dropped.",
  ),
  voiceHeartbeatMs: limit("time", "ms", 15 * SECOND, "Between two pings to a voice socket."),
  voiceSilenceMs: limit("time", "ms", 30 * SECOND, "A voice socket that sends nothing at all; then dropped."),
  returnAfterMs: limit("time", "ms", SECOND, "Before the first client of a server that stops is asked to come back."),
  returnWithinMs: limit(
    "time",
    "ms",
    4 * SECOND,
    "Until the last client of a server that stops is asked to come back; each is at a random moment before.",
  ),
  noProgressMs: limit("time", "ms", 10 * SECOND, "Bytes waiting while not one message leaves; then dropped."),

  connections: limit("connections", "count", 50_000, "Open sockets in all; further ones are refused with 503."),
  connectionsPerAddress: limit("connections", "count", 256, "Open sockets of one address; further ones get 429."),
  connectionsPerUser: limit("connections", "count", 64, "Open sockets of one account; further ones get 429."),

  absenceMs: limit(
    "time",
    "ms",
    30 * SECOND,
    "From the loss of a connection until nobody waits any more for its client to come back; then it has gone.",
  ),
  absences: limit("connections", "count", 1000, "Clients that may come back; further ones have gone at once."),
  absencesPerUser: limit(
    "connections",
    "count",
    64,
    "Clients of one account that may come back; the one longest away has gone for the next.",
  ),
  keptEvents: limit(
    "outbox",
    "count",
    256,
    "Events kept of one client that may come back, to be said again; the oldest is forgotten for the next.",
  ),
  keptEventBytes: limit(
    "outbox",
    "bytes",
    64 * KIB,
    "Events kept of one client that may come back, to be said again; the oldest is forgotten for the next.",
  ),

  queuedEventBytes: limit(
    "outbox",
    "bytes",
    MIB,
    "Events waiting for one client; more close it with 1008 as a slow consumer.",
  ),
  queuedEvents: limit(
    "outbox",
    "count",
    4096,
    "Events waiting for one client; more close it with 1008 as a slow consumer.",
  ),
  eventWindowBytes: limit("outbox", "bytes", 64 * KIB, "Bytes in a socket's buffer above which further events wait."),

  queuedVoice: limit(
    "outbox",
    "count",
    64,
    "Packets of voice waiting for one listener; the oldest is dropped for the next.",
  ),
  queuedVoiceMs: limit("outbox", "ms", 250, "A packet of voice waiting for its listener; then dropped."),

  framesOnTheWay: limit(
    "outbox",
    "count",
    2,
    "Q1 frames that one reader was sent and has not shown; the newest waits until it has.",
  ),

  socketMessages: limit(
    "behaviour",
    "per second",
    500,
    "Messages, pings and pongs of one socket, refill; more close it with 1008.",
  ),
  socketBurst: limit("behaviour", "count", 1000, "Messages, pings and pongs that one socket can save up."),
  subscriptions: limit("behaviour", "per minute", 60, "Subscriptions of one socket; further ones are refused."),
  unreadMessages: limit(
    "messages",
    "count",
    64,
    "Messages of a socket that is being closed; then nothing more is read from it.",
  ),
  badMessages: limit(
    "behaviour",
    "per minute",
    10,
    "Refused messages of one socket; at this many it is closed with 1008.",
  ),
  positionMessages: limit(
    "behaviour",
    "per minute",
    300,
    "Messages of one account to /ws/positions, refill; further ones are refused.",
  ),
  positionBurst: limit("behaviour", "count", 50, "Messages of one account to /ws/positions that it can save up."),
  voiceMessages: limit(
    "behaviour",
    "per minute",
    1200,
    "Messages of one account to /ws/voice, refill; further ones are refused.",
  ),
  voiceBurst: limit("behaviour", "count", 100, "Messages of one account to /ws/voice that it can save up."),
  messagesOverLimit: limit(
    "behaviour",
    "per minute",
    60,
    "Messages of one socket over the limit of its endpoint; at this many it is closed with 1008.",
  ),
  voiceBytes: limit(
    "behaviour",
    "bytes",
    MIB,
    "Voice of one account in a second, burst and refill, a packet counting 8 KiB at least; more is refused.",
  ),
  voiceRooms: limit("connections", "count", 256, "Rooms in which somebody is; further ones are refused with 503."),
  voiceMembers: limit("connections", "count", 256, "Members of one room; further ones are refused with 503."),
  loginsPerAddress: limit(
    "behaviour",
    "per minute",
    20,
    "Login attempts from one address, burst and refill; more get 429.",
  ),
  loginsPerAccount: limit(
    "behaviour",
    "per minute",
    10,
    "Login attempts for one account, burst and refill; more get 429.",
  ),
  requestsPerTurn: limit("behaviour", "count", 2, "Requests begun in one turn of the loop; further ones wait a turn."),
  requestsPerAddress: limit("behaviour", "per minute", 6000, "Requests from one address, refill; more get 429."),
  requestBurstPerAddress: limit("behaviour", "count", 2000, "Requests that one address can save up."),
  requestsPerUser: limit("behaviour", "per minute", 1200, "Requests of one account to /api, refill; more get 429."),
  requestBurstPerUser: limit("behaviour", "count", 1000, "Requests to /api that one account can save up."),
  rateKeys: limit(
    "behaviour",
    "count",
    10_000,
    "Addresses or accounts remembered by one rate limit; the stalest is forgotten.",
  ),
  tokenTtlMs: limit("behaviour", "ms", 12 * HOUR, "Life of a token from login."),

  pins: limit("graph", "count", 10_000, "Pinned nodes; further ones are refused."),
  heldNodesPerSession: limit("graph", "count", 5, "Nodes one client holds at once; further ones are refused."),
  holdIdleMs: limit("time", "ms", 500, "From the last move of a held node; then it is pinned there and in no hand."),
  listedHolds: limit("graph", "count", 500, "Held nodes told of at once; further ones are not."),
  listedParticipants: limit("graph", "count", 100, "Participants told of by name at once; the rest are counted."),
  participantNameLength: limit("graph", "characters", 64, "A name somebody gives itself; longer ones are refused."),
  cameraHz: limit("graph", "per second", 10, "Times a second that cameras are told; between them the newest counts."),
  listedCameras: limit("graph", "count", 64, "Cameras told of at once; further ones are not."),
  cameraCoordinate: limit(
    "graph",
    "edge lengths",
    1_000_000,
    "Farthest from the middle that a camera is told of; one beyond is nowhere.",
  ),
  coordinate: limit(
    "graph",
    "edge lengths",
    10_000,
    "Farthest from the middle that a node can be put; beyond is refused.",
  ),
  filters: limit(
    "graph",
    "count",
    32,
    "Different filters that are watched through at once; further ones are refused for the moment.",
  ),
  filtersPerUser: limit(
    "graph",
    "count",
    16,
    "Different filters that one account watches through at once; further ones are refused for the moment.",
  ),
  filterChanges: limit(
    "behaviour",
    "per minute",
    60,
    "Changes of one socket's filter, burst and refill; more are refused.",
  ),
  filterFragments: limit("messages", "count", 64, "Fragments of one filter; more refuse it."),
  filterFragmentsMs: limit("time", "ms", 10 * SECOND, "From a filter's first fragment to its last; then refused."),
  filtersToInflate: limit("messages", "count", 4, "Deflated filters of one socket waiting; further ones are refused."),
  clusteredEdges: limit(
    "graph",
    "count",
    500_000,
    "Edges of a graph whose clusters are searched for; for more, their cohesion is refused.",
  ),
  nodeWeight: limit(
    "graph",
    "count",
    1000,
    "Mass, charge or depth of a node, and one over the least mass; others do not count, with a note.",
  ),
  listedNeighbours: limit(
    "graph",
    "count",
    200,
    "Neighbours listed in one answer about a node; its degree is told in full.",
  ),
  rateHz: limit("graph", "per second", 60, "Frames a second one socket can ask for; more are refused."),
  placedBytes: limit(
    "behaviour",
    "bytes",
    4 * MIB,
    "Binary messages of one socket in a second, burst and refill; more are refused.",
  ),
  changeItems: limit("graph", "count", 10_000, "Entries in one list of a change of the graph; more are answered 400."),
  changeTextLength: limit(
    "graph",
    "characters",
    4096,
    "A key, label or type in a change; longer ones are answered 400.",
  ),
  changesPerUser: limit(
    "graph",
    "per minute",
    600,
    "Changes of the graph by one account, burst and refill; more are answered 429.",
  ),
  pendingChanges: limit(
    "graph",
    "count",
    16,
    "Changes that the layout has not caught up with; further ones are answered 503.",
  ),
  storedChanges: limit(
    "graph",
    "count",
    200_000,
    "Nodes and edges that differ from the file, kept per graph; further changes are answered 409.",
  ),
  pendingSearches: limit("graph", "count", 32, "Searches waiting; further ones get 503."),
  searchesPerUser: limit("graph", "count", 8, "Searches of one account waiting; further ones get 429."),
  pendingPaths: limit("graph", "count", 32, "Questions for shortest paths waiting; further ones get 503."),
  searchWords: limit("graph", "count", 8, "Words of a search text that count; the rest is ignored."),
  searchResults: limit("graph", "count", 100, "Nodes in one search answer; the best ones."),
  searchQueryLength: limit("graph", "characters", 256, "A search text; the rest is ignored."),
};

export type LimitName = keyof typeof LIMITS;
