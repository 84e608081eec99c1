import { openNodeServer } from "../../../server/transport/node_server.ts";
import { CANNOT } from "./cannot.ts";
import { testSockets } from "./socket_suite.ts";

testSockets("ws", openNodeServer, CANNOT.ws);
