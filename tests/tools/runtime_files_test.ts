import assert from "node:assert/strict";
import { join } from "node:path";
import { filesAt, findRuntimeFiles, openedBy } from "../../tools/runtime_files.ts";

Deno.test("a URL beside the module names a file or a folder of the program", () => {
  const source = [
    '// new URL("./comment.ts", import.meta.url)',
    '/* new URL("./comment.ts", import.meta.url) import.meta.dirname */',
    'const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });',
    'const page = new URL(\n  "../web/dist/",\n  import.meta.url,\n);',
    "const folder = `${import.meta.dirname}/../data`;",
    'const elsewhere = new URL("/path", "http://127.0.0.1");',
    'if (import.meta.main) await import("./later.ts");',
  ].join("\n");
  assert.deepEqual(openedBy("server/app.ts", source), ["server/worker.ts", "web/dist/", "data"]);
});

Deno.test("a file whose path the source does not show is refused", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["new URL(name, import.meta.url)", /server\/app\.ts: "import\.meta\.url" hides a file/],
    ["new URL(`./${name}.ts`, import.meta.url)", /new URL\("…", import\.meta\.url\) with a literal/],
    ["`${import.meta.dirname}/${name}`", /"import\.meta\.dirname" hides a file/],
    ["join(import.meta.dirname, name)", /"import\.meta\.dirname" hides a file/],
    ['import.meta.resolve("./x.ts")', /"import\.meta\.resolve"/],
    ["await import(name)", /import\(\) needs a literal/],
    ["await import(`./${name}.ts`)", /import\(\) needs a literal/],
  ];
  for (const [source, message] of refused) assert.throws(() => openedBy("server/app.ts", source), message);
});

Deno.test("modules and workers are followed to the end, types and tests are not", async () => {
  const root = await Deno.makeTempDir({ prefix: "orrery-runtime-" });
  try {
    const files = {
      "deno.json": "{}",
      "main.ts": 'import { open } from "./gpu/open.ts"; import type { T } from "./types.ts"; open() satisfies T;',
      "types.ts": "export type T = unknown;",
      "unused.ts": 'new Worker(new URL("./missing.ts", import.meta.url));',
      "gpu/open.ts": 'export const open = () => new Worker(new URL("./one.ts", import.meta.url), { type: "module" });',
      "gpu/one.ts":
        'import shader from "./a.wgsl" with { type: "text" }; new URL("./two.ts", import.meta.url); shader;',
      "gpu/two.ts": 'import "./three.ts"; new URL("../page/", import.meta.url);',
      "gpu/three.ts": "export {};",
      "gpu/a.wgsl": "// shader",
      "page/index.html": "",
      "page/icons/a.svg": "",
    };
    for (const folder of ["gpu", "page/icons"]) await Deno.mkdir(join(root, folder), { recursive: true });
    for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(join(root, path), text);
    assert.deepEqual(await findRuntimeFiles(join(root, "main.ts"), root), {
      modules: ["gpu/a.wgsl", "gpu/one.ts", "gpu/open.ts", "gpu/three.ts", "gpu/two.ts", "main.ts"],
      opened: ["gpu/one.ts", "gpu/two.ts", "page/"],
    });
    assert.deepEqual(filesAt("page/", root), ["page/icons/a.svg", "page/index.html"]);
    assert.deepEqual(filesAt("gpu/one.ts", root), ["gpu/one.ts"]);
    assert.throws(() => filesAt("absent/", root), Deno.errors.NotFound);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
