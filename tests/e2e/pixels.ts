/// <reference lib="dom" />
/** What a page shows, as pixels: the browser decodes its own screenshots. */
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Shape: red, green, blue and alpha, 0…255, row by row. */
  readonly rgba: Uint8Array;
}

/** Decodes a PNG in the page. */
export async function decodePixels(page: Page, png: Buffer): Promise<Pixels> {
  const { width, height, url } = await page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const { width, height } = image, canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("The browser draws nothing.");
    pen.drawImage(image, 0, 0);
    const reader = new FileReader(), bytes = pen.getImageData(0, 0, width, height).data;
    const read = new Promise((done) => reader.addEventListener("loadend", done));
    reader.readAsDataURL(new Blob([bytes]));
    await read;
    return { width, height, url: String(reader.result) };
  }, png.toString("base64"));
  return { width, height, rgba: Buffer.from(url.slice(url.indexOf(",") + 1), "base64") };
}

/** What an element shows, and whatever lies over it. */
export async function pixelsOf(page: Page, selector: string): Promise<Pixels> {
  return await decodePixels(page, await page.locator(selector).screenshot());
}

/** How many pixels of the rectangle `isCounted` picks; the whole picture where there is none. */
export function countPixels(
  { width, height, rgba }: Pixels,
  isCounted: (red: number, green: number, blue: number) => boolean,
  { left = 0, top = 0, right = width, bottom = height } = {},
): number {
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let at = 4 * (y * width + left); at < 4 * (y * width + right); at += 4) {
      if (isCounted(rgba[at], rgba[at + 1], rgba[at + 2])) count++;
    }
  }
  return count;
}

/** What a custom property of the style sheet is now: red, green and blue. */
export async function themeColor(page: Page, property: string): Promise<number[]> {
  return await page.evaluate((name) => {
    const probe = document.body.appendChild(document.createElement("span"));
    probe.style.color = `var(${name})`;
    const channels = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
    probe.remove();
    return channels;
  }, property);
}

/** How many different colours there are. */
export function countColors({ rgba }: Pixels): number {
  return new Set(new Uint32Array(Uint8Array.from(rgba).buffer)).size;
}
