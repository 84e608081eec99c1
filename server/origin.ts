/**
 * Who may talk to this server from a browser. A page elsewhere must not open our sockets with its visitor's rights
 * (cross-site WebSocket hijacking), nor reach us under a name of its own that it points at us (DNS rebinding).
 */

export interface OriginRules {
  /** What the server is bound to. */
  readonly hostname: string;
  /** The port our own page is served on: the page may also reach our other ports of the same host. */
  readonly port: number;
  /** Further origins, as `https://graph.example`; requests may come to these host names too. */
  readonly allowedOrigins: readonly string[];
  /** Further names of this machine that requests may come to; ignored when bound to loopback. */
  readonly hostNames?: readonly string[];
}

interface Authority {
  /** Lower case, without a trailing dot; IPv6 in brackets, in its shortest form. */
  readonly name: string;
  /** Empty = the scheme's own. */
  readonly port: string;
}

const AUTHORITY = /^(?:\[[0-9a-f:.]+\]|[^\s[\]:@/\\?#,%]+)(?::\d{1,5})?$/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Of the names a server can be bound to or asked by, those that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  const name = parseAuthority(bracketed(hostname), "http")?.name;
  return name === "localhost" || name === "[::1]" || (name !== undefined && /^127(\.\d{1,3}){3}$/.test(name));
}

/**
 * Checks one request: `undefined` if it may pass, else the reason as one sentence.
 * Without `method` it is an upgrade. Reading over HTTP is checked for its Host only: browsers keep the answer from other origins.
 */
export function checkOrigin(headers: Headers, rules: OriginRules, method?: string): string | undefined {
  const hostHeader = headers.get("host");
  const host = hostHeader === null ? undefined : parseAuthority(hostHeader, "http");
  if (host === undefined) return "The Host header is missing or malformed.";
  const allowed = rules.allowedOrigins.map(parseOrigin).filter((origin) => origin !== undefined);
  if (!isOurName(host.name, rules) && !allowed.some((origin) => origin.name === host.name)) {
    return `This server does not answer to the host name ${host.name}; allow its origin in the configuration.`;
  }
  const originHeader = headers.get("origin");
  if (originHeader === null || (method !== undefined && READING.has(method.toUpperCase()))) return undefined;
  const origin = parseOrigin(originHeader);
  if (origin === undefined) return "The Origin header is not that of a web page.";
  if (allowed.some((one) => sameOrigin(one, origin))) return undefined;
  if (origin.name === host.name && isOurPort(origin, hostHeader, rules.port)) return undefined;
  return `Pages of ${originHeader} may not use this server; allow that origin in the configuration.`;
}

function isOurName(name: string, { hostname: boundTo, hostNames = [] }: OriginRules): boolean {
  if (isLoopback(boundTo)) return isLoopback(name);
  if (hostNames.some((own) => own.toLowerCase() === name)) return true;
  const isAddress = name.startsWith("[") || /^\d+(\.\d+){3}$/.test(name);
  return isAddress || name === "localhost" || name === parseAuthority(bracketed(boundTo), "http")?.name;
}

interface Origin extends Authority {
  readonly scheme: string;
}

/** The page's port is the one it was asked under (a forwarded port stays right), or the page port itself. */
function isOurPort(origin: Origin, hostHeader: string | null, pagePort: number): boolean {
  const asked = hostHeader === null ? undefined : parseAuthority(hostHeader, origin.scheme);
  return asked?.port === origin.port || (origin.port || DEFAULT_PORTS[origin.scheme]) === String(pagePort);
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return a.scheme === b.scheme && a.name === b.name && a.port === b.port;
}

function parseOrigin(text: string): Origin | undefined {
  const match = /^(https?):\/\/([^/]+)$/i.exec(text);
  if (match === null) return undefined;
  const scheme = match[1].toLowerCase(), authority = parseAuthority(match[2], scheme);
  return authority === undefined ? undefined : { scheme, ...authority };
}

/** The URL parser normalises; the pattern keeps out what it would forgive, such as `user@host` or `host/path`. */
function parseAuthority(text: string, scheme: string): Authority | undefined {
  if (!AUTHORITY.test(text) || !URL.canParse(`${scheme}://${text}`)) return undefined;
  const url = new URL(`${scheme}://${text}`);
  return { name: url.hostname.replace(/\.$/, ""), port: url.port };
}

function bracketed(hostname: string): string {
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}
