import type { Context, Handler } from "hono";

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
  /** Deflated once, for the first who takes it so. */
  gzipped?: Promise<Uint8Array<ArrayBuffer>>;
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
  return async (context) => {
    const name = context.req.path === "/" ? "index.html" : context.req.path.slice(1), file = files.get(name);
    if (file === undefined) return missing(context, files.size === 0);
    const isGzipped = takesGzip(context.req.header("Accept-Encoding"));
    const headers = {
      "Content-Type": file.type,
      "ETag": isGzipped ? `W/${file.tag}` : file.tag,
      "Cache-Control": "no-cache",
      "Vary": "Accept-Encoding",
    };
    if (context.req.header("If-None-Match")?.replace(/^W\//, "") === file.tag) return context.body(null, 304, headers);
    if (!isGzipped) return context.body(file.bytes, 200, headers);
    file.gzipped ??= gzip(file.bytes);
    return context.body(await file.gzipped, 200, { ...headers, "Content-Encoding": "gzip" });
  };
}

/** Named, or meant by a star, and not with `q=0`. */
function takesGzip(accepted = ""): boolean {
  const quality = new Map(Array.from(accepted.matchAll(/([\w*-]+)\s*(?:;\s*q=([\d.]+))?/g), ([, name, q = "1"]) => {
    return [name.toLowerCase(), Number(q)];
  }));
  return (quality.get("gzip") ?? quality.get("*") ?? 0) > 0;
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
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
