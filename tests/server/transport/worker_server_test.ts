import { workerServer } from "../../../server/transport/io/worker_server.ts";
import { CANNOT } from "./cannot.ts";
import { testSocketsWith } from "./socket_suite.ts";

/** Those that are about the server, or many connections, have them in two workers; a single connection is in one. */
const MANY = /^(server|http|hostile: garbage|close: (200|everything)|faults)/;

testSocketsWith("ws in workers", (name) => workerServer("ws", MANY.test(name) ? 2 : 1), CANNOT["ws in workers"]);
