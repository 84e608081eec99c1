/** Counted progress of long work on one stream: a line that rewrites itself on a terminal, else one line a second. */

export interface ProgressPart {
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
}

export interface Progress {
  show(part: ProgressPart): void;
  /** Leaves the last line standing and starts a new one. */
  end(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
}

const TERMINAL_INTERVAL_MS = 80;
const LOG_INTERVAL_MS = 1000;
const numbers = new Intl.NumberFormat("en");

function describe({ stage, done, total }: ProgressPart): string {
  if (total === undefined || total <= 0) return `${stage} ${numbers.format(done)}`;
  const percent = Math.min(100, Math.floor((100 * done) / total));
  return `${stage} ${percent} % (${numbers.format(done)} of ${numbers.format(total)})`;
}

/** Work that is over within the first interval shows nothing. */
export function createProgress({ write, isTerminal, now }: ProgressOptions): Progress {
  const intervalMs = isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let shownMs = now(), width = 0;
  return {
    show(part) {
      if (now() - shownMs < intervalMs) return;
      shownMs = now();
      const line = describe(part);
      write(isTerminal ? `\r${line.padEnd(width)}` : `${line}\n`);
      width = Math.max(width, line.length);
    },
    end() {
      if (isTerminal && width > 0) write("\n");
      width = 0;
    },
  };
}

/** A progress nobody watches. */
export const silent: Progress = { show() {}, end() {} };
