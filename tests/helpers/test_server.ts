import { parseCommand, type ServeCommand, UserError } from "../../server/config.ts";
import { openTokens } from "../../server/auth/tokens.ts";
import type { Role } from "../../server/auth.ts";
import { systemClock } from "../../server/clock.ts";
import { silent } from "../../server/progress.ts";
import { type RunningServer, serve } from "../../server/serve.ts";
import { openAccounts } from "../../server/store/accounts.ts";
import { openSecret } from "../../server/store/secret.ts";
import { openDatabase } from "../../server/store/sqlite.ts";

export interface TestServer extends RunningServer {
  readonly base: string;
  readonly ws: string;
  readonly adminToken: string;
  readonly data: string;
  readonly log: string[];
  /** A token of a fresh account. `ttlMs` may be negative: a token that has expired. */
  token(role: Role, options?: { ttlMs?: number }): Promise<string>;
}

export const ADMIN_PASSWORD = "correct horse battery";
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const { wallNow: now } = systemClock;

export function serveCommand(argv: readonly string[]): ServeCommand {
  const host = { platform: "linux", cores: 2, readFile: () => undefined };
  const command = parseCommand(["serve", ...argv], {}, host);
  if (command instanceof UserError) throw command;
  if (command.kind !== "serve") throw new TypeError(`Expected serve, found ${command.kind}.`);
  return command;
}

/** A whole server on a free loopback port, with a data folder of its own unless one is given. */
export async function startServer(argv: readonly string[] = [], folder?: string): Promise<TestServer> {
  const data = folder ?? await Deno.makeTempDir({ prefix: "orrery-test-" }), log: string[] = [];
  const defaults = ["--port", "0", "--data", data, "--engine", "cpu", "--threads", "1"];
  const server = await serve(serveCommand([...defaults, ...argv]), {
    version: "0.0.0-test",
    pageFolder: `${import.meta.dirname}/../../web/dist`,
    clock: systemClock,
    random,
    log: { info: (line) => log.push(line), error: (line) => log.push(line), event: (_, line) => log.push(line) },
    progress: silent,
    adminPassword: ADMIN_PASSWORD,
  });
  const host = `127.0.0.1:${server.ports.graph}`;
  return {
    ...server,
    base: `http://${host}`,
    ws: `ws://${host}/ws`,
    adminToken: new URL(server.link).hash.replace("#token=", ""),
    data,
    log,
    token: (role, { ttlMs = 60_000 } = {}) => issueToken(data, role, { ttlMs }),
    async close() {
      await server.close();
      if (folder === undefined) await Deno.remove(data, { recursive: true });
    },
  };
}

let accountNumber = 0;

export interface IssueOptions {
  readonly ttlMs?: number;
  readonly name?: string;
}

/** A token of a fresh account in this data folder. */
export async function issueToken(
  data: string,
  role: Role,
  { ttlMs = 60_000, name = `${role}-${++accountNumber}` }: IssueOptions = {},
): Promise<string> {
  const database = openDatabase(data);
  try {
    const accounts = openAccounts(database);
    accounts.add({ name, role, passwordHash: "none", createdMs: now() });
    const account = accounts.find(name);
    if (account === undefined) throw new Error(`${name} was not stored`);
    const secret = openSecret(data, random).bytes;
    return (await openTokens({ accounts, secret, now }).issue(account, { ttlMs })).token;
  } finally {
    database.close();
  }
}
