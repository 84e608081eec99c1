import { workerServer } from "../../../server/transport/io/worker_server.ts";
import { CANNOT } from "./cannot.ts";
import { testSockets } from "./socket_suite.ts";

testSockets("ws in workers", workerServer("ws", 2), CANNOT["ws in workers"]);
