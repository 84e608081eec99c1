/** Source maps of packages: the program opens none of them, and they are a good part of what would be embedded. */
import { join } from "node:path";
import { filesAt } from "./runtime_files.ts";

/** Folder of the runtime's npm cache, which holds one folder per registry. */
async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  if (typeof npmCache !== "string") throw new Error("Deno does not say where its npm cache is.");
  return npmCache;
}

/** `@scope/name@1.2.3_peer@4.5.6` → `@scope/name/1.2.3`. */
export function packageFolder(lockedId: string): string {
  const at = lockedId.indexOf("@", 1);
  return `${lockedId.slice(0, at)}/${lockedId.slice(at + 1).split("_")[0]}`;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Absolute paths of the maps in the cached packages that `deno.lock` under `root` names, sorted; none without a lock. */
export async function findSourceMaps(root: string): Promise<string[]> {
  const cache = await npmCache(), lockFile = join(root, "deno.lock");
  if (!exists(lockFile) || !exists(cache)) return [];
  const lock = JSON.parse(await Deno.readTextFile(lockFile));
  const registries = [...Deno.readDirSync(cache)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const folders = new Set(Object.keys(lock.npm ?? {}).map(packageFolder));
  return registries.flatMap((registry) => [...folders].map((folder) => join(cache, registry, folder)))
    .filter(exists)
    .flatMap((folder) => filesAt("", folder).map((path) => join(folder, path)))
    .filter((path) => path.endsWith(".map"))
    .sort();
}
