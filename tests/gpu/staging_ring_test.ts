/** Reading back from the device, by either way, and how the way is chosen. */

import assert from "node:assert/strict";
import { chooseMapping } from "../../gpu/webgpu/early_mapping.ts";
import { createStagingRing, type Mapping, RING_BUFFERS } from "../../gpu/webgpu/staging_ring.ts";
import { testOnDevice } from "./kernel_tools.ts";

const VALUES = 1000, BYTES = 4 * VALUES;

for (const mapping of ["awaited", "early"] as const satisfies readonly Mapping[]) {
  testOnDevice(
    `staging ring, ${mapping}: every read gives what is there, in order`,
    async ({ device }) => {
      const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const source = device.createBuffer({ size: BYTES, usage }), ring = createStagingRing(device, BYTES, { mapping });
      const read = (expected: number, found: number[]) => {
        device.queue.writeBuffer(source, 0, new Uint32Array(VALUES).fill(expected));
        return ring.read([{ source, bytes: BYTES }], (bytes) => {
          const values = new Uint32Array(bytes);
          assert.ok(values.length === VALUES && values.every((value) => value === values[0]));
          found.push(values[0]);
        });
      };
      const alone: number[] = [], crowd: number[] = [];
      await Promise.all([7, 8, 9].map((value) => read(value, crowd)));
      for (let k = 0; k < 2 * RING_BUFFERS; k++) await read(k, alone);
      assert.deepEqual([crowd, alone], [[7, 8, 9], [0, 1, 2, 3, 4, 5]]);
      assert.equal(ring.bytesRead, 9 * BYTES);
      await ring.close();
      source.destroy();
    },
  );
}

testOnDevice("staging ring: more reads than buffers wait for one each", async ({ device }) => {
  const source = device.createBuffer({ size: BYTES, usage: GPUBufferUsage.COPY_SRC });
  const ring = createStagingRing(device, BYTES, { mapping: "early" }), ended: number[] = [];
  const free: boolean[] = [];
  const reads = Array.from({ length: 3 * RING_BUFFERS }, (_, k) => {
    free.push(ring.hasFree);
    return ring.read([{ source, bytes: BYTES }], () => ended.push(k));
  });
  await Promise.all(reads);
  assert.deepEqual(ended, [...reads.keys()]);
  assert.deepEqual(free, reads.map((_, k) => k < RING_BUFFERS));
  await ring.close();
  source.destroy();
});

/** What a device does when it is asked for bytes, and how long that takes. */
interface Habits {
  readonly earlyMs: number;
  readonly awaitedMs: number;
  /** What is handed out before a mapping is reported, given what the buffer holds now and held when it was last read. */
  readonly early: (now: ArrayBuffer, before: ArrayBuffer | undefined) => ArrayBuffer;
}

const HONEST: Habits = { earlyMs: 1, awaitedMs: 10, early: (now) => now };

/** The device with these habits, and its clock. */
function deviceWith(device: GPUDevice, { earlyMs, awaitedMs, early }: Habits) {
  let ms = 0;
  const watch = (buffer: GPUBuffer): GPUBuffer => {
    const given = buffer.getMappedRange.bind(buffer);
    let before: ArrayBuffer | undefined;
    buffer.getMappedRange = (offset, size) => {
      const isEarly = buffer.mapState === "pending", now = given(offset, size);
      ms += isEarly ? earlyMs : awaitedMs;
      const shown = isEarly ? early(now, before) : now;
      before = now.slice(0);
      return shown;
    };
    return buffer;
  };
  const odd = new Proxy(device, {
    get(target, name) {
      if (name === "createBuffer") {
        return (descriptor: GPUBufferDescriptor) => {
          const buffer = target.createBuffer(descriptor);
          return (descriptor.usage & GPUBufferUsage.MAP_READ) === 0 ? buffer : watch(buffer);
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { odd, now: () => ms };
}

function testChoice(name: string, habits: Habits, expected: Mapping): void {
  testOnDevice(`early mapping: ${name}`, async ({ device }) => {
    const { odd, now } = deviceWith(device, habits);
    assert.equal(await chooseMapping(odd, now), expected);
  });
}

testChoice("a device that gives the right bytes sooner is read early", HONEST, "early");
testChoice("one that gives what was there before is awaited", {
  ...HONEST,
  early: (now, before) => before ?? now,
}, "awaited");
testChoice("one that gives a single old number is awaited", {
  ...HONEST,
  early(now, before) {
    if (before !== undefined) new Uint32Array(now).set(new Uint32Array(before, 0, 1), 0);
    return now;
  },
}, "awaited");
testChoice("one that is not faster that way is awaited", { ...HONEST, earlyMs: 10 }, "awaited");
testChoice("one that gives nothing before the mapping is reported is awaited", {
  ...HONEST,
  early() {
    throw new DOMException("The buffer is not mapped.", "OperationError");
  },
}, "awaited");
