import assert from "node:assert/strict";
import { join } from "node:path";
import { BundleError, bundleWeb, MAIN_GZIP_BUDGET_BYTES, overBudget } from "../../tools/bundle_web.ts";

const PAGE =
  '<link rel="stylesheet" href="page.css"><script type="module" src="./main.js"></script><a href="https://x.org/">';

/** A page of four files in an empty folder. */
async function withPage(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "orrery-bundle-" });
  try {
    await Promise.all(["web/icons", "protocol"].map((path) => Deno.mkdir(join(root, path), { recursive: true })));
    await Deno.writeTextFile(join(root, "deno.json"), "{}");
    await Deno.writeTextFile(join(root, "web/main.tsx"), 'import { a } from "../protocol/a.ts"; document.title = a;');
    await Deno.writeTextFile(join(root, "protocol/a.ts"), 'export const a: string = "first title";');
    await Deno.writeTextFile(join(root, "web/index.html"), PAGE);
    await Deno.writeTextFile(join(root, "web/page.css"), "body { margin: 0 }");
    await Deno.writeTextFile(join(root, "web/icons/a.svg"), "<svg/>");
    await Deno.writeTextFile(join(root, "web/notes.md"), "not part of the page");
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const mainJs = (root: string) => Deno.readTextFile(join(root, "web/dist/main.js"));

Deno.test("the page is built once, and again only after a change of what goes in", () =>
  withPage(async (root) => {
    const first = await bundleWeb(root);
    assert.equal(first.built, true);
    assert.deepEqual(first.files.map((file) => file.path), ["icons/a.svg", "index.html", "main.js", "page.css"]);
    assert.ok(first.files.every((file) => file.bytes > 0 && file.gzipBytes > 0));
    assert.match(await mainJs(root), /first title/);

    await Deno.writeTextFile(join(root, "README.md"), "not an input");
    const second = await bundleWeb(root);
    assert.deepEqual(second, { ...first, built: false });

    await Deno.writeTextFile(join(root, "protocol/a.ts"), 'export const a = "second title";');
    await Deno.remove(join(root, "web/icons"), { recursive: true });
    const third = await bundleWeb(root);
    assert.equal(third.built, true);
    assert.deepEqual(third.files.map((file) => file.path), ["index.html", "main.js", "page.css"]);
    assert.match(await mainJs(root), /second title/);
  }));

Deno.test("a page that does not bundle is an error that names the place, and leaves the last good one", () =>
  withPage(async (root) => {
    await bundleWeb(root);
    await Deno.writeTextFile(join(root, "web/main.tsx"), 'import { b } from "./missing.ts"; b();');
    await assert.rejects(bundleWeb(root), (error) => {
      assert.ok(error instanceof BundleError);
      assert.match(error.message, /Cannot bundle web\/main\.tsx:[^]*missing\.ts/);
      return true;
    });
    assert.match(await mainJs(root), /first title/);
    assert.deepEqual([...Deno.readDirSync(join(root, "dist"))], []);
  }));

Deno.test("a file that index.html names and the page lacks is an error", () =>
  withPage(async (root) => {
    await Deno.remove(join(root, "web/page.css"));
    await assert.rejects(bundleWeb(root), /index\.html names "page\.css", which is not part of the page/);
  }));

Deno.test("the budget holds main.js, gzipped", () => {
  const ofSize = (gzipBytes: number) => ({ built: true, files: [{ path: "main.js", bytes: 1, gzipBytes }] });
  assert.equal(overBudget(ofSize(MAIN_GZIP_BUDGET_BYTES)), undefined);
  assert.match(overBudget(ofSize(MAIN_GZIP_BUDGET_BYTES + 1)) ?? "", /main\.js is 320\.0 KiB gzipped; its budget is/);
});
