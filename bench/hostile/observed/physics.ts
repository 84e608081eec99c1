/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The physics worker of an observed server: notes when it hands each frame over, and is otherwise the real one. */
import "./note_frames.ts";
import "../../../gpu/worker.ts";
