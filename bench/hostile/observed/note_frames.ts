/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { LiveEvent } from "../../../gpu/messages.ts";
import { wallMs } from "../../fanout/scenario.ts";
import { openNotes } from "./notes.ts";

const note = openNotes("frames"), post = self.postMessage.bind(self);
self.postMessage = (event: LiveEvent) => {
  if (event.kind === "frame") note(event.ticket.sequence, wallMs());
  post(event);
};
