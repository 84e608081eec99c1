import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { embeddedPackages } from "../../tools/closure_run.ts";
import { foreignPackages, missingFiles } from "../../tools/compile_check.ts";
import { type EmbeddedFile, readEmbeddedFiles } from "../../tools/embedded_files.ts";
import { compileWithStandIn } from "../../tools/stand_in_runtime.ts";

const PROGRAM = {
  "deno.json": '{ "version": "1.2.3" }',
  "main.ts": 'import { open } from "./gpu/open.ts"; open(); new URL("./page/", import.meta.url);',
  "gpu/open.ts": 'export const open = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });',
  "gpu/worker.ts": 'import shader from "./a.wgsl" with { type: "text" }; console.log(shader);',
  "gpu/a.wgsl": "// ein Schlüssel",
  "page/index.html": "<html>",
  "page/icons/a.svg": "<svg/>",
  "notes/secret.txt": "not part of the program",
};

Deno.test("what the program opens is embedded, byte for byte, and nothing else", async () => {
  const root = await Deno.makeTempDir({ prefix: "orrery-compile-test-" });
  try {
    for (const [path, text] of Object.entries(PROGRAM)) {
      await Deno.mkdir(join(root, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    const embedded = await compileWithStandIn(root);
    const texts = Object.fromEntries(embedded.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
    const { "deno.json": _config, "notes/secret.txt": _notes, ...opened } = PROGRAM;
    assert.deepEqual(texts, Object.fromEntries(Object.entries(opened).sort()));
    assert.deepEqual(await missingFiles(embedded, root), []);

    for (const lost of ["gpu/worker.ts", "gpu/a.wgsl", "page/icons/a.svg"]) {
      const rest = embedded.filter((file) => file.path !== lost);
      assert.deepEqual(await missingFiles(rest, root), [`${lost} is opened at run time and not embedded.`]);
    }
    await Deno.writeTextFile(join(root, "page/index.html"), "<HTML>");
    assert.deepEqual(await missingFiles(embedded, root), ["page/index.html is embedded with other bytes."]);

    await Deno.writeTextFile(join(root, "main.ts"), "const wrong: number = 'text'; console.log(wrong);");
    await assert.rejects(
      compileWithStandIn(root),
      /deno compile failed:[^]*'string' is not assignable to type 'number'/,
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("packages are read from their folders, and those of tests and page are refused", () => {
  const files: EmbeddedFile[] = [
    "main.ts",
    ".deno_compile_node_modules/localhost/hono/4.13.19/dist/index.js",
    ".deno_compile_node_modules/localhost/hono/4.13.19/package.json",
    ".deno_compile_node_modules/localhost/@hono/node-server/2.1.8/package.json",
    ".deno_compile_node_modules/localhost/three/0.187.0/package.json",
    ".deno_compile_node_modules/localhost/three-way/1.0.0/package.json",
  ].map((path) => ({ path, bytes: new Uint8Array(0) }));
  assert.deepEqual([...embeddedPackages(files)], [
    "hono@4.13.19",
    "@hono/node-server@2.1.8",
    "three@0.187.0",
    "three-way@1.0.0",
  ]);
  assert.deepEqual(foreignPackages(files), ["three@0.187.0 is embedded, and the program does not use it."]);
});

Deno.test("a file that is no compiled executable is said to be none", () => {
  const noise = new TextEncoder().encode('xxxxxxxx[{"File":{"n":"a","o":[0,1]}}] and no contents');
  for (const bytes of [new Uint8Array(0), new Uint8Array(100), noise]) {
    assert.throws(() => readEmbeddedFiles(bytes), /not one that Deno 2\.9 compiled/);
  }
});
