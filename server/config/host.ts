import { UserError } from "./user_error.ts";

/** What the command line needs to know about the machine it runs on. */
export interface Host {
  readonly platform: "linux" | "darwin" | "windows" | string;
  /** Hardware threads. */
  readonly cores: number;
  /** Text of a file in the working folder, `undefined` where there is none; throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This machine and this working folder. */
export function localHost(): Host {
  return { platform: Deno.build.os, cores: navigator.hardwareConcurrency, readFile: readTextFile };
}

function readTextFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Where the platform keeps what programs remember: the default of `--data`. */
export function defaultDataFolder(platform: string, env: Environment): string {
  if (platform === "windows") {
    const local = env.LOCALAPPDATA || (env.USERPROFILE && `${env.USERPROFILE}\\AppData\\Local`);
    if (local) return `${local}\\Orrery`;
  } else if (platform === "darwin") {
    if (env.HOME) return `${env.HOME}/Library/Application Support/Orrery`;
  } else {
    // A relative XDG_DATA_HOME is invalid and must be ignored, says the XDG Base Directory specification.
    if (env.XDG_DATA_HOME?.startsWith("/")) return `${env.XDG_DATA_HOME}/orrery`;
    if (env.HOME) return `${env.HOME}/.local/share/orrery`;
  }
  throw new UserError("No home folder is known here, so there is no default data folder: give one with --data DIR.");
}
