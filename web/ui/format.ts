/** Numbers as people read them. */

const counts = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 107525 → "107,525". */
export function formatCount(value: number): string {
  return counts.format(value);
}

/** Decimal units, three digits: 999 B, 3.40 MB, 12.5 kB. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes, unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toPrecision(3)} ${units[unit]}`;
}

/** 0.42 → "0.42 ms", 12.34 → "12.3 ms", 1234 → "1.23 s". */
export function formatMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** "1 node", "2 nodes". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** An attribute's value on one line. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return JSON.stringify(value);
}
