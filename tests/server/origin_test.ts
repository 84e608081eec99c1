import assert from "node:assert/strict";
import { checkOrigin, isLoopback, type OriginRules } from "../../server/origin.ts";

const LOCAL: OriginRules = { hostname: "127.0.0.1", port: 9090, allowedOrigins: [] };
const OPEN: OriginRules = { ...LOCAL, hostname: "0.0.0.0" };
const NAMED: OriginRules = { ...LOCAL, hostname: "graphs.lan" };
const ALLOWING: OriginRules = {
  ...LOCAL,
  allowedOrigins: ["https://graph.example", "http://dev.example:5173", "not an origin"],
};

function headers(host: string | undefined, origin: string | undefined): Headers {
  const result = new Headers();
  if (host !== undefined) result.set("host", host);
  if (origin !== undefined) result.set("origin", origin);
  return result;
}

type Row = readonly [rules: OriginRules, host: string | undefined, origin: string | undefined];

const PASS: readonly Row[] = [
  // Scripts send no Origin.
  [LOCAL, "127.0.0.1:9090", undefined],
  [LOCAL, "localhost:9090", undefined],
  [LOCAL, "[::1]:9090", undefined],
  [LOCAL, "127.8.9.1", undefined],
  [{ ...LOCAL, hostname: "::1" }, "[::1]:9090", "http://[::1]:9090"],
  [{ ...LOCAL, hostname: "localhost" }, "localhost:9090", "http://localhost:9090"],
  // The page's own origin, however it is written.
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1:9090"],
  [LOCAL, "LOCALHOST:9090", "http://localhost:9090"],
  [LOCAL, "localhost:9090", "HTTP://LocalHost:9090"],
  [LOCAL, "localhost.:9090", "http://localhost:9090"],
  [LOCAL, "[0:0:0:0:0:0:0:1]:9090", "http://[::1]:9090"],
  // A forwarded port, and default ports, spelt out or not.
  [LOCAL, "localhost:8000", "http://localhost:8000"],
  [LOCAL, "localhost", "http://localhost"],
  [LOCAL, "localhost:80", "http://localhost"],
  [LOCAL, "localhost:443", "https://localhost"],
  [LOCAL, "localhost", "https://localhost"],
  // The page on 9090 reaches our other ports.
  [LOCAL, "127.0.0.1:8081", "http://127.0.0.1:9090"],
  [{ ...LOCAL, port: 80 }, "127.0.0.1:8081", "http://127.0.0.1"],
  // Bound to everything: addresses cannot be rebound, names can.
  [OPEN, "192.168.1.7:9090", "http://192.168.1.7:9090"],
  [OPEN, "[fe80::1]:9090", "http://[fe80::1]:9090"],
  [OPEN, "localhost:9090", "http://localhost:9090"],
  [NAMED, "graphs.lan:9090", "http://graphs.lan:9090"],
  [NAMED, "GRAPHS.LAN.:9090", "http://graphs.lan:9090"],
  // Configured.
  [ALLOWING, "graph.example", "https://graph.example"],
  [ALLOWING, "127.0.0.1:9090", "https://graph.example"],
  [ALLOWING, "127.0.0.1:9090", "https://GRAPH.example:443"],
  [ALLOWING, "localhost:9090", "http://dev.example:5173"],
];

const HOST = /^This server does not answer to the host name /,
  MALFORMED_HOST = /^The Host header is missing or malformed\.$/;
const ORIGIN = /^Pages of .* may not use this server; /,
  MALFORMED_ORIGIN = /^The Origin header is not that of a web page\.$/;

const REFUSE: readonly (readonly [...Row, RegExp])[] = [
  // DNS rebinding: a name of the attacker's that resolves to us.
  [LOCAL, "evil.example:9090", "http://evil.example:9090", HOST],
  [LOCAL, "evil.example", undefined, HOST],
  [LOCAL, "127.0.0.1.evil.example:9090", "http://127.0.0.1.evil.example:9090", HOST],
  [LOCAL, "localhost.evil.example:9090", undefined, HOST],
  [LOCAL, "192.168.1.7:9090", "http://192.168.1.7:9090", HOST],
  [LOCAL, "0.0.0.0:9090", undefined, HOST],
  [OPEN, "evil.example:9090", "http://evil.example:9090", HOST],
  [NAMED, "evil.example:9090", undefined, HOST],
  [ALLOWING, "not an origin", undefined, MALFORMED_HOST],
  // Hosts that are not one.
  [LOCAL, undefined, undefined, MALFORMED_HOST],
  [LOCAL, "", undefined, MALFORMED_HOST],
  [LOCAL, "evil@localhost:9090", undefined, MALFORMED_HOST],
  [LOCAL, "localhost:9090@evil.example", undefined, MALFORMED_HOST],
  [LOCAL, "localhost:9090/x", undefined, MALFORMED_HOST],
  [LOCAL, "localhost#.evil.example", undefined, MALFORMED_HOST],
  [LOCAL, "localhost, evil.example", undefined, MALFORMED_HOST],
  [LOCAL, "localhost:99999", undefined, MALFORMED_HOST],
  [LOCAL, "::1", undefined, MALFORMED_HOST],
  [LOCAL, "[::1", undefined, MALFORMED_HOST],
  [LOCAL, "%6cocalhost", undefined, MALFORMED_HOST],
  // Cross-site: a page elsewhere, or on another port.
  [LOCAL, "127.0.0.1:9090", "http://evil.example", ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://evil.example:9090", ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1:3000", ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1", ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://localhost:9090", ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1.evil.example:9090", ORIGIN],
  [OPEN, "192.168.1.7:9090", "http://192.168.1.8:9090", ORIGIN],
  [ALLOWING, "127.0.0.1:9090", "http://graph.example", ORIGIN],
  [ALLOWING, "127.0.0.1:9090", "https://graph.example:8443", ORIGIN],
  [ALLOWING, "127.0.0.1:9090", "https://sub.graph.example", ORIGIN],
  // Origins that are not one.
  [LOCAL, "127.0.0.1:9090", "null", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "file://", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "chrome-extension://abcdef", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "127.0.0.1:9090", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1:9090/", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1:9090@evil.example", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://evil.example\\@127.0.0.1:9090", MALFORMED_ORIGIN],
  [LOCAL, "127.0.0.1:9090", "http://127.0.0.1:9090 http://evil.example", MALFORMED_ORIGIN],
];

Deno.test("origin: what may pass", () => {
  for (const [rules, host, origin] of PASS) {
    assert.equal(checkOrigin(headers(host, origin), rules), undefined, `${rules.hostname}: ${host} from ${origin}`);
    assert.equal(checkOrigin(headers(host, origin), rules, "POST"), undefined);
  }
});

Deno.test("origin: what is refused, and why", () => {
  for (const [rules, host, origin, reason] of REFUSE) {
    const what = `${rules.hostname}: ${host} from ${origin}`;
    assert.match(checkOrigin(headers(host, origin), rules) ?? "passed", reason, what);
    assert.match(checkOrigin(headers(host, origin), rules, "DELETE") ?? "passed", reason, what);
  }
});

Deno.test("origin: reading over HTTP is checked for its host only", () => {
  for (const method of ["GET", "head", "OPTIONS"]) {
    assert.equal(checkOrigin(headers("127.0.0.1:9090", "http://evil.example"), LOCAL, method), undefined);
    assert.match(checkOrigin(headers("evil.example", undefined), LOCAL, method) ?? "passed", HOST);
  }
});

Deno.test("origin: the names of this machine", () => {
  for (const name of ["localhost", "LOCALHOST.", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "0:0:0:0:0:0:0:1"]) {
    assert.equal(isLoopback(name), true, name);
  }
  for (const name of ["0.0.0.0", "::", "192.168.0.1", "localhost.example", "127.example", "128.0.0.1", "", "a b"]) {
    assert.equal(isLoopback(name), false, name);
  }
});
