/** Password hashes by argon2id, in a worker of their own. */
import { UserError } from "../config/user_error.ts";
import { type Argon2Reply, type Argon2Request, SALT_BYTES } from "./argon2.ts";

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 1024;

/** Hashes waiting or in work; each takes about 0.1 s of one core, and 19 MiB while it is in work. */
const MAX_PENDING = 32;

/** More passwords are waiting to be checked than are let wait. */
export class TooBusyError extends Error {
  override readonly name = "TooBusyError";
  constructor() {
    super("Too many passwords are being checked at the moment: try again in a few seconds.");
  }
}

/** Calls are served in order, one at a time. */
export interface Passwords {
  /** A PHC string. @throws TooBusyError */
  hash(password: string): Promise<string>;
  /** Whether the password made the PHC string. @throws TooBusyError */
  verify(password: string, encoded: string): Promise<boolean>;
  /** Ends the worker; what is pending rejects. */
  close(): void;
}

interface Job {
  readonly request: Argon2Request;
  readonly resolve: (reply: Argon2Reply) => void;
  readonly reject: (error: Error) => void;
}

interface Argon2Queue {
  ask(request: Argon2Request): Promise<Argon2Reply>;
  close(): void;
}

/**
 * The worker starts with a request and ends when there are no more: every hash leaves its 19 MiB to a collector that is
 * in no hurry.
 */
function openQueue(): Argon2Queue {
  const jobs: Job[] = [];
  let worker: Worker | undefined;
  let closed = false;

  /** The first job is the one in work; the worker has at most that one, so its memory is that of one hash. */
  function work(): void {
    if (jobs.length === 0) {
      worker?.terminate();
      worker = undefined;
      return;
    }
    worker ??= start();
    worker.postMessage(jobs[0].request);
  }

  function start(): Worker {
    const started = new Worker(new URL("./argon2_worker.ts", import.meta.url), { type: "module" });
    started.onmessage = ({ data }: MessageEvent<Argon2Reply>) => {
      jobs.shift()?.resolve(data);
      work();
    };
    started.onerror = (event) => {
      event.preventDefault();
      started.terminate();
      worker = undefined;
      jobs.shift()?.reject(new Error(`The password worker failed: ${event.message}`));
      work();
    };
    return started;
  }

  return {
    ask(request) {
      if (closed) return Promise.reject(new Error("Passwords are closed."));
      if (jobs.length >= MAX_PENDING) return Promise.reject(new TooBusyError());
      const { promise, resolve, reject } = Promise.withResolvers<Argon2Reply>();
      jobs.push({ request, resolve, reject });
      if (jobs.length === 1) work();
      return promise;
    },
    close() {
      closed = true;
      worker?.terminate();
      for (const job of jobs.splice(0)) job.reject(new Error("Passwords were closed."));
    },
  };
}

/** `random` makes the salts. */
export function openPasswords(random: (count: number) => Uint8Array): Passwords {
  const queue = openQueue();
  return {
    async hash(password) {
      const reply = await queue.ask({ kind: "hash", password: normal(password), salt: random(SALT_BYTES) });
      if (reply.kind === "hashed") return reply.encoded;
      throw new Error(failure(reply));
    },
    async verify(password, encoded) {
      const reply = await queue.ask({ kind: "verify", password: normal(password), encoded });
      if (reply.kind === "verified") return reply.matches;
      throw new Error(failure(reply));
    },
    close: queue.close,
  };
}

/** An é typed on one system may be two characters and on another one. */
function normal(password: string): string {
  return password.normalize("NFC");
}

function failure(reply: Argon2Reply): string {
  return reply.kind === "failed" ? `Hashing failed: ${reply.message}` : `The password worker answered "${reply.kind}".`;
}

/** @throws UserError for a new password that is too short or too long. */
export function expectPassword(password: string, what: string): void {
  const { length } = password;
  if (length >= MIN_PASSWORD_LENGTH && length <= MAX_PASSWORD_LENGTH) return;
  const range = `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
  throw new UserError(`${what} must have ${range}, not ${length}: choose another.`);
}
