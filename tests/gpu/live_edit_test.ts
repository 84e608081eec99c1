import { findAdapter } from "../../gpu/device.ts";
import { liveEditSuite } from "./live_edit_suite.ts";

const adapter = await findAdapter();
if (adapter === undefined) console.log("Edits on WebGPU skipped: no graphics adapter.");

liveEditSuite({ engine: "cpu", skip: false });
liveEditSuite({ engine: "webgpu", skip: adapter === undefined });
