import type { Context, Handler } from "hono";

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * The bundled page, read whole at start: a request names one of these files or nothing. Browsers keep what they have and
 * ask each time whether it is still right.
 */
export async function servePage(folder: string): Promise<Handler> {
  const files = await readPage(folder);
  return (context) => {
    const name = context.req.path === "/" ? "index.html" : context.req.path.slice(1), file = files.get(name);
    if (file === undefined) return missing(context, files.size === 0);
    const headers = { "Content-Type": file.type, "ETag": file.tag, "Cache-Control": "no-cache" };
    // Compression on the way makes a tag weak.
    if (context.req.header("If-None-Match")?.replace(/^W\//, "") === file.tag) return context.body(null, 304, headers);
    return context.body(file.bytes, 200, headers);
  };
}

function missing(context: Context, isUnbuilt: boolean): Response {
  const text = isUnbuilt ? "The page is not built: run `deno task bundle`." : "There is no such page.";
  return context.text(text, 404);
}

async function readPage(folder: string): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
      if (!isFile || type === undefined) continue;
      const bytes = await Deno.readFile(`${folder}/${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      files.set(name, { bytes, type, tag: `"${digest.toBase64().slice(0, 22)}"` });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}
