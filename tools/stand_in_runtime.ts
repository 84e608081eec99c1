/** Compiles without the runtime that `deno compile` downloads: all of its work is done, only the result cannot run. */
import { join } from "node:path";
import { compileArguments } from "./compile.ts";
import { type EmbeddedFile, readEmbeddedFiles } from "./embedded_files.ts";

/** The smallest program `deno compile` takes for a Linux runtime: an ELF header and one loadable segment, itself. */
function standInRuntime(): Uint8Array {
  const bytes = new Uint8Array(120), view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // magic, 64 bit, little-endian, version
  view.setUint16(16, 2, true); // executable
  view.setUint16(18, 62, true); // x86-64
  view.setUint32(20, 1, true); // version
  view.setBigUint64(24, 0x400078n, true); // entry
  view.setBigUint64(32, 64n, true); // program headers
  view.setUint16(52, 64, true); // size of this header
  view.setUint16(54, 56, true); // size of a program header
  view.setUint16(56, 1, true); // count of program headers
  view.setUint16(58, 64, true); // size of a section header
  view.setUint32(64, 1, true); // loadable
  view.setUint32(68, 5, true); // read and execute
  view.setBigUint64(80, 0x400000n, true); // address
  view.setBigUint64(88, 0x400000n, true);
  view.setBigUint64(96, 120n, true); // bytes in the file
  view.setBigUint64(104, 120n, true); // bytes in memory
  view.setBigUint64(112, 0x1000n, true); // alignment
  return bytes;
}

/** Compiles `main.ts` under `root` and reads back what was embedded. @throws {Error} with what the compiler said. */
export async function compileWithStandIn(root: string): Promise<EmbeddedFile[]> {
  const folder = await Deno.makeTempDir({ prefix: "orrery-compile-" });
  try {
    const runtime = join(folder, "runtime"), output = join(folder, "orrery");
    await Deno.writeFile(runtime, standInRuntime());
    const args = await compileArguments(root, { output, target: "x86_64-unknown-linux-gnu" });
    const env = { DENORT_BIN: runtime, NO_COLOR: "1" };
    const command = new Deno.Command(Deno.execPath(), { args, cwd: root, env, stdin: "null" });
    const { success, stderr } = await command.output();
    if (!success) throw new Error(`deno compile failed:\n${new TextDecoder().decode(stderr).trim()}`);
    return readEmbeddedFiles(await Deno.readFile(output));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
