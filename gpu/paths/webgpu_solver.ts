/** Shortest paths on the GPU: sweeps over the nodes whose distance has fallen, many to a submission. */

import { checkSource, type Measure, type PathGraph, type ShortestPaths } from "./path_graph.ts";
import source from "./paths.wgsl" with { type: "text" };
import type { PathSolver } from "./solver.ts";

const WORKGROUP = 128, WORKGROUPS_PER_ROW = 65_535;
const HEADER = `const WORKGROUP = ${WORKGROUP}u;\nconst WORKGROUPS_PER_ROW = ${WORKGROUPS_PER_ROW}u;\n`;

/** What a sweep is told, and how far apart two of them lie in the uniform buffer. */
const JOB_BYTES = 16, JOB_STRIDE = 256;
/** Sweeps to a submission: doubled each time, as a read-back costs as much as many sweeps that find nothing to do. */
const FIRST_SWEEPS = 32, MOST_SWEEPS = 512;
const PROGRESS = { front: 0, level: 1, round: 2 }, PROGRESS_BYTES = 12;

const ENTRIES = ["begin", "relax", "orphan", "adopt", "sort", "level"] as const;
type Entry = typeof ENTRIES[number];

export interface PathKernels {
  readonly layout: GPUBindGroupLayout;
  readonly pipelines: Readonly<Record<Entry, GPUComputePipeline>>;
}

/** Compiled once per device. @throws {Error} with the compiler's message. */
export async function compilePathKernels(device: GPUDevice): Promise<PathKernels> {
  const storage = (binding: number): GPUBindGroupLayoutEntry => {
    const type = binding <= 3 ? "read-only-storage" : "storage";
    return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } };
  };
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } },
      ...[1, 2, 3, 4, 5, 6, 7].map(storage),
    ],
  });
  const module = device.createShaderModule({ label: "paths", code: HEADER + source });
  const shared = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const compile = (entryPoint: Entry) =>
    device.createComputePipelineAsync({ label: entryPoint, layout: shared, compute: { module, entryPoint } });
  const [begin, relax, orphan, adopt, sort, level] = await Promise.all(ENTRIES.map(compile));
  return { layout, pipelines: { begin, relax, orphan, adopt, sort, level } };
}

interface PathBuffers {
  readonly jobs: GPUBuffer;
  readonly distances: GPUBuffer;
  readonly parents: GPUBuffer;
  readonly progress: GPUBuffer;
  /** Progress, distances and parents, one after the other, for the CPU to read. */
  readonly staging: GPUBuffer;
  readonly group: GPUBindGroup;
  destroy(): void;
}

function createBuffers(device: GPUDevice, layout: GPUBindGroupLayout, graph: PathGraph): PathBuffers {
  const made: GPUBuffer[] = [], column = 4 * graph.nodeCount;
  const room = (bytes: number, usage: number) => {
    const buffer = device.createBuffer({ size: Math.max(16, bytes), usage });
    made.push(buffer);
    return buffer;
  };
  const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
  const filled = (data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>) => {
    const buffer = room(data.byteLength, STORAGE | COPY_DST);
    if (data.byteLength > 0) device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const jobs = room(JOB_STRIDE * MOST_SWEEPS, UNIFORM | COPY_DST);
  const [offsets, targets, lengths] = [filled(graph.offsets), filled(graph.targets), filled(graph.lengths)];
  const distances = room(column, STORAGE | COPY_SRC), parents = room(column, STORAGE | COPY_SRC);
  const stamps = room(column, STORAGE), progress = room(PROGRESS_BYTES, STORAGE | COPY_SRC);
  const bound = [jobs, offsets, targets, lengths, distances, stamps, parents, progress];
  const group = device.createBindGroup({
    layout,
    entries: bound.map((buffer, binding) => ({
      binding,
      resource: binding === 0 ? { buffer, size: JOB_BYTES } : { buffer },
    })),
  });
  const staging = room(PROGRESS_BYTES + 2 * column, MAP_READ | COPY_DST);
  return { jobs, distances, parents, progress, staging, group, destroy: () => made.forEach((b) => b.destroy()) };
}

/** What is found so far, and what `progress` says of it. */
interface Moment {
  readonly progress: Uint32Array;
  readonly paths: ShortestPaths;
}

/**
 * Cost: 24 bytes of video memory per node and 8 per arc; one submission and one read-back for up to 32 edges in a row,
 * then for 64, 128 … more.
 */
export function openWebgpuSolver(graph: PathGraph, ready: ReadyKernels): PathSolver {
  return new WebgpuSolver(graph, ready);
}

export interface ReadyKernels {
  readonly device: GPUDevice;
  readonly kernels: PathKernels;
}

class WebgpuSolver implements PathSolver {
  readonly name = "webgpu";
  readonly #device: GPUDevice;
  readonly #pipelines: PathKernels["pipelines"];
  readonly #buffers: PathBuffers;
  readonly #nodeCount: number;

  constructor(graph: PathGraph, { device, kernels }: ReadyKernels) {
    this.#device = device;
    this.#pipelines = kernels.pipelines;
    this.#buffers = createBuffers(device, kernels.layout, graph);
    this.#nodeCount = graph.nodeCount;
  }

  async solve(source: number, measure: Measure): Promise<ShortestPaths> {
    checkSource(source, this.#nodeCount);
    const found = await this.#sweep({ source, measure }, "relax");
    if (found.progress[PROGRESS.level] === 0) return found.paths;
    return (await this.#sweep({ source, measure }, "level")).paths;
  }

  close(): void {
    this.#buffers.destroy();
  }

  /** Runs sweeps of `entry` until one finds nothing to do. */
  async #sweep(question: Question, entry: "relax" | "level"): Promise<Moment> {
    const relaxes = entry === "relax", slot = relaxes ? PROGRESS.front : PROGRESS.round;
    for (let done = 0, count = FIRST_SWEEPS; done <= this.#nodeCount; count = Math.min(2 * count, LONGEST)) {
      const first: Step[] = relaxes && done === 0 ? [["begin", 0]] : [], last = done + count;
      const sweeps = Array.from({ length: count }, (_, k): Step => [entry, done + k + 1]);
      const parents = relaxes ? PARENTS.map((name): Step => [name, last]) : [];
      const moment = await this.#run(question, [...first, ...sweeps, ...parents]);
      if (moment.progress[slot] <= last) return moment;
      done = last;
    }
    throw new Error("The GPU does not come to an end with its shortest paths.");
  }

  /** Every entry point with its number of the sweep, in order; then all that was found is read. */
  async #run(question: Question, steps: readonly Step[]): Promise<Moment> {
    const { jobs, group, staging, progress, distances, parents } = this.#buffers, column = 4 * this.#nodeCount;
    this.#device.queue.writeBuffer(jobs, 0, encodeJobs(this.#nodeCount, question, steps));
    const encoder = this.#device.createCommandEncoder(), pass = encoder.beginComputePass();
    const workgroups = Math.ceil(this.#nodeCount / WORKGROUP);
    steps.forEach(([entry], slot) => {
      pass.setPipeline(this.#pipelines[entry]);
      pass.setBindGroup(0, group, [JOB_STRIDE * slot]);
      pass.dispatchWorkgroups(Math.min(workgroups, WORKGROUPS_PER_ROW), Math.ceil(workgroups / WORKGROUPS_PER_ROW));
    });
    pass.end();
    encoder.copyBufferToBuffer(progress, 0, staging, 0, PROGRESS_BYTES);
    encoder.copyBufferToBuffer(distances, 0, staging, PROGRESS_BYTES, column);
    encoder.copyBufferToBuffer(parents, 0, staging, PROGRESS_BYTES + column, column);
    this.#device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    return momentOf(bytes, column);
  }
}

function momentOf(bytes: ArrayBuffer, column: number): Moment {
  return {
    progress: new Uint32Array(bytes, 0, PROGRESS_BYTES / 4),
    paths: {
      distances: new Float32Array(bytes.slice(PROGRESS_BYTES, PROGRESS_BYTES + column)),
      parents: new Int32Array(bytes.slice(PROGRESS_BYTES + column, PROGRESS_BYTES + 2 * column)),
    },
  };
}

interface Question {
  readonly source: number;
  readonly measure: Measure;
}

/** An entry point, and the number of its sweep. */
type Step = readonly [entry: Entry, sweep: number];

/** Run after every batch of sweeps; they do nothing unless it was the last. */
const PARENTS: readonly Entry[] = ["orphan", "adopt", "sort"];
/** The uniform buffer has room for this many sweeps and what goes before and after. */
const LONGEST = MOST_SWEEPS - PARENTS.length - 1;

function encodeJobs(nodeCount: number, { source, measure }: Question, steps: readonly Step[]): DataView<ArrayBuffer> {
  const jobs = new DataView(new ArrayBuffer(JOB_STRIDE * steps.length));
  steps.forEach(([, sweep], slot) => {
    const at = JOB_STRIDE * slot;
    jobs.setUint32(at, nodeCount, true);
    jobs.setUint32(at + 4, source, true);
    jobs.setUint32(at + 8, sweep, true);
    jobs.setUint32(at + 12, measure === "hops" ? 1 : 0, true);
  });
  return jobs;
}
