import process from "node:process";

/** What the operating system says of this process. */
export function processFigures(): { readonly rssBytes: number; readonly cpuS: number } {
  const { user, system } = process.cpuUsage();
  return { rssBytes: Deno.memoryUsage().rss, cpuS: (user + system) / 1e6 };
}
