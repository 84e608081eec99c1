/// <reference lib="deno.worker" />
import { getPriority } from "node:os";
import { giveWay } from "../../server/give_way.ts";

giveWay();
self.postMessage(getPriority(0));
