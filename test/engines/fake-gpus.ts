import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Gpu } from '../../packages/core/src/domain/gpu/gpu.ts';

/** The list of the fake NVIDIA driver: 4 A100, 2 H100, an A100 cut into 7 instances, and an L4. For `startDocker({ fakeGpus })`. */
export const eightGpus: string = resolve(import.meta.dirname, 'fake-gpus/eight.txt');

/** A device of such a list, with the node by which a container that has it is known. */
export interface FakeGpu {
  uuid: string;
  /** `nvidia3`, of an instance `nvidia-caps/nvidia-cap62`. */
  node: string;
  mig: boolean;
}

/** What can be leased of a list: GPUs, and of one in MIG mode its instances only. */
export const fakeGpus = (list: string): FakeGpu[] => {
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const cut = new Set(lines.flatMap(([kind, index]) => (kind === 'mig' ? [index] : [])));
  return lines.flatMap<FakeGpu>(([kind, index = '', third = '', fourth = '']) => {
    if (kind === 'gpu' && !cut.has(index)) return [{ uuid: third, node: `nvidia${index}`, mig: false }];
    if (kind === 'mig') return [{ uuid: fourth, node: `nvidia-caps/nvidia-cap${index}${third}`, mig: true }];
    return [];
  });
};

/** The same devices as an executor's option `gpus` takes them. */
export const readGpuList = (list: string): Gpu[] => {
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const wholes = new Map(
    lines.flatMap(([kind, index = '', uuid = '', mebibytes, ...model]) =>
      kind === 'gpu' ? [[index, { uuid, model: model.join(' '), memoryBytes: Number(mebibytes) * 2 ** 20 }]] : [],
    ),
  );
  const instances = lines.flatMap(([kind, index = '', , uuid = '', mig = '']) => {
    const whole = wholes.get(index);
    if (kind !== 'mig' || !whole) return [];
    return [
      { uuid, parent: whole.uuid, model: whole.model, mig, memoryBytes: Number.parseInt(mig.slice(3), 10) * 2 ** 30 },
    ];
  });
  const cut = new Set(instances.map(({ parent }) => parent));
  return [...[...wholes.values()].filter(({ uuid }) => !cut.has(uuid)), ...instances];
};

/** What the fake driver noted of each container that asked for devices; the engine's folder has it in `gpu-calls.jsonl`. */
export interface FakeGpuCall {
  at: number;
  container: string;
  visible: string;
  devices: string[];
  refused: string | null;
}

export const fakeGpuCalls = (file: string): FakeGpuCall[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FakeGpuCall);
