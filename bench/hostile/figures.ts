/** What the server tells of itself, by its JSON metrics. */
import type { Target } from "./attack.ts";

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Told {
  readonly metrics: readonly { readonly name: string; readonly samples: readonly Sample[] }[];
  readonly clients: readonly unknown[];
}

async function read({ port }: Target): Promise<Told> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics.json`, { headers: { Connection: "close" } });
  if (!response.ok) throw new Error(`/metrics.json was answered ${response.status}.`);
  return await response.json();
}

function samplesOf({ metrics }: Told, name: string): readonly Sample[] {
  return metrics.find((metric) => metric.name === name)?.samples ?? [];
}

/** Resident memory of the serving process. Units: bytes. */
export async function memoryBytes(target: Target): Promise<number> {
  return samplesOf(await read(target), "process_resident_memory_bytes")[0].value;
}

/** What the serving process has used so far. Units: seconds. */
export async function cpuSeconds(target: Target): Promise<number> {
  return samplesOf(await read(target), "process_cpu_seconds_total")[0].value;
}

export async function openSockets(target: Target): Promise<number> {
  return (await read(target)).clients.length;
}

/** Connections that the server has ended for this reason. */
export async function ended(target: Target, reason: string): Promise<number> {
  const samples = samplesOf(await read(target), "orrery_ended_total").filter(({ labels }) => labels.reason === reason);
  return samples.reduce((sum, { value }) => sum + value, 0);
}
