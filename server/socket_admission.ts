import { Admissions, type Place } from "./admissions.ts";
import { bearerToken, type Identity, type VerifyOutcome } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import { checkOrigin, type OriginRules } from "./origin.ts";
import { traced } from "./trace.ts";
import type { UpgradeDecision, UpgradeRequest } from "./transport/frame_socket.ts";

/** Why a handshake is refused: the code and the sentence are the body of the answer. */
export class HandshakeRefusal {
  constructor(readonly status: number, readonly code: string, readonly message: string) {}
}

/** Who has been let in. */
export interface Visitor {
  /** Number of the connection, unique while the server runs. */
  readonly participant: number;
  readonly identity: Identity;
  readonly token: string;
  /** To be kept when the socket opens, and released when it closes. */
  readonly place: Place;
}

export type Acceptance = Extract<UpgradeDecision, { accept: true }>;

/** What one endpoint asks of a handshake beyond origin, token and place. */
export interface HandshakeSteps<Asked> {
  /** Reads the endpoint's own wishes out of the request. */
  readonly read: (request: UpgradeRequest) => Asked | HandshakeRefusal;
  readonly accept: (asked: Asked, visitor: Visitor) => Acceptance;
}

export interface SocketAdmissionOptions {
  readonly origin: OriginRules;
  readonly verify: (token: string | undefined) => Promise<VerifyOutcome>;
  readonly clock: Pick<Clock, "after">;
  readonly meterOf: (dialect: string) => Meter;
}

/** What is counted before a dialect is settled. */
const HANDSHAKE = "handshake";

/** The door that all socket endpoints share: one count of connections, one series of participant numbers. */
export class SocketAdmission {
  readonly #admissions: Admissions;
  #participants = 0;

  constructor(private readonly options: SocketAdmissionOptions) {
    this.#admissions = new Admissions(options.clock);
  }

  /**
   * Origin first, then what the endpoint reads, then the token, then a place. A refusal says why in the body, before any
   * socket exists.
   */
  decide<Asked>(request: UpgradeRequest, steps: HandshakeSteps<Asked>): Promise<UpgradeDecision> {
    return traced("handshake", { "url.path": request.url.pathname }, async (span) => {
      const decided = await this.#decide(request, steps);
      if (!(decided instanceof HandshakeRefusal)) return decided;
      span.set({ "orrery.refused": decided.code });
      return this.refuse(decided);
    });
  }

  async #decide<Asked>(request: UpgradeRequest, steps: HandshakeSteps<Asked>): Promise<Acceptance | HandshakeRefusal> {
    const crossSite = checkOrigin(request.headers, this.options.origin);
    if (crossSite !== undefined) return new HandshakeRefusal(403, "forbidden_origin", crossSite);
    const asked = steps.read(request);
    if (asked instanceof HandshakeRefusal) return asked;
    const visitor = await this.#admit(request);
    return visitor instanceof HandshakeRefusal ? visitor : steps.accept(asked, visitor);
  }

  refuse({ status, code, message }: HandshakeRefusal): UpgradeDecision {
    this.options.meterOf(HANDSHAKE).refused(code);
    return { accept: false, response: Response.json({ error: { code, message } }, { status }) };
  }

  async #admit({ url, headers, remoteAddress }: UpgradeRequest): Promise<Visitor | HandshakeRefusal> {
    const token = url.searchParams.get("token") ?? bearerToken(headers.get("Authorization")) ?? "";
    const outcome = await this.options.verify(token);
    if (!outcome.ok) return new HandshakeRefusal(401, outcome.reason, outcome.message);
    const { identity } = outcome, place = this.#admissions.take(identity.user, remoteAddress);
    if ("status" in place) return new HandshakeRefusal(place.status, "too_many_connections", place.message);
    return { participant: ++this.#participants, identity, token, place };
  }
}
