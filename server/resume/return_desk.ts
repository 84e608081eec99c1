import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ResumeAsked, ResumeReason } from "../../protocol/graph/resume.ts";
import type { Backlog } from "./backlog.ts";

/** A session, as far as it matters for going on. */
export interface Resumable {
  readonly options: {
    readonly participant: number;
    readonly account: number;
    readonly dialect: string;
    readonly path: string;
  };
  /** Of one whose client has said that it may come back. */
  readonly line: { readonly backlog: Backlog | undefined };
}

export interface ReturnDeskOptions<Session> {
  /** Signs what is handed out; another one with every start. */
  readonly key: Uint8Array;
  readonly find: (participant: number) => Session | undefined;
}

/** Whoever wants to go on, as its handshake has it. */
export type Returning = Pick<Resumable["options"], "account" | "dialect" | "path">;

export type Claimed<Session> =
  | { readonly session: Session; readonly missed: readonly string[] }
  /** `lost`: the session that would have gone on, and for which nobody will come any more. */
  | { readonly reason: ResumeReason; readonly lost?: Session };

const MAC_BYTES = 16;

/**
 * Hands out what a client comes back with, and takes it once: the number of its session, how often that was resumed, and
 * a signature over both. So nothing is kept for a session that is not away.
 */
export class ReturnDesk<Session extends Resumable> {
  resumed = 0;
  readonly refused = new Map<ResumeReason, number>();

  constructor(private readonly options: ReturnDeskOptions<Session>) {}

  tokenOf({ options: { participant } }: Session, { resumptions }: Backlog): string {
    const what = `${participant}.${resumptions}`;
    return `${what}.${this.#sign(what).toString("base64url")}`;
  }

  claim(asked: ResumeAsked, returning: Returning): Claimed<Session> {
    const claimed = this.#look(asked, returning);
    if ("reason" in claimed) this.refused.set(claimed.reason, (this.refused.get(claimed.reason) ?? 0) + 1);
    else this.resumed++;
    return claimed;
  }

  #look({ token, sequence }: ResumeAsked, { account, dialect, path }: Returning): Claimed<Session> {
    const signed = this.#read(token);
    if (signed === undefined) return { reason: "unknown" };
    const session = this.options.find(signed.participant);
    if (session?.line.backlog === undefined) return { reason: "expired" };
    const { options, line: { backlog } } = session;
    if (options.account !== account) return { reason: "account" };
    if (backlog.resumptions !== signed.resumptions) return { reason: "used" };
    if (options.dialect !== dialect || options.path !== path) return { reason: "dialect", lost: session };
    const missed = backlog.after(sequence);
    if (missed === undefined) return { reason: "sequence", lost: session };
    backlog.resumptions++;
    return { session, missed };
  }

  #read(token: string): { readonly participant: number; readonly resumptions: number } | undefined {
    const [, what, participant, resumptions, mac] = /^((\d{1,15})\.(\d{1,15}))\.([\w-]{22})$/.exec(token) ?? [];
    if (what === undefined) return undefined;
    const given = Buffer.from(mac, "base64url"), expected = this.#sign(what);
    if (given.length !== MAC_BYTES || !timingSafeEqual(given, expected)) return undefined;
    return { participant: Number(participant), resumptions: Number(resumptions) };
  }

  #sign(what: string): Buffer {
    return createHmac("sha256", this.options.key).update(what).digest().subarray(0, MAC_BYTES);
  }
}
