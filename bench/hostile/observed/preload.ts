/**
 * Runs before `main.ts` in a server under observation: when each frame was made, and how late the loop of the serving
 * isolate is. The server itself is the one that everybody runs, with shorter time limits where a test asks for them.
 */
import { wallMs } from "../../fanout/scenario.ts";
import { LOOK_MS } from "./cadence.ts";
import { openNotes } from "./notes.ts";
import { shortenLimits } from "./patience.ts";

shortenLimits();

const Plain = Worker;
globalThis.Worker = class extends Plain {
  constructor(module: string | URL, options?: WorkerOptions) {
    const isPhysics = String(module).endsWith("/gpu/worker.ts");
    super(isPhysics ? new URL("./physics.ts", import.meta.url) : module, options);
  }
};

const note = openNotes("lateness");
let dueMs = performance.now() + LOOK_MS;
function look(): void {
  const nowMs = performance.now();
  note(wallMs(), Math.max(0, nowMs - dueMs));
  dueMs = nowMs + LOOK_MS;
  Deno.unrefTimer(setTimeout(look, LOOK_MS));
}
look();
