import type { GpuRequest } from '../job/size.ts';
import { candidatesFor } from './choose-gpus.ts';
import type { Gpu } from './gpu.ts';
import { type HeldGpu, holdersOf } from './gpu-lease.ts';

/** `2 GPUs of model A100 with 80 GiB`, `half a GPU`-like shares as `0.5 of a GPU`. */
export const requestInWords = ({ count, model, memoryBytes, mig, share }: GpuRequest): string => {
  const what = mig === undefined ? 'GPU' : `MIG instance`;
  const of = share === undefined ? '' : `${share} of `;
  const devices = count === 1 ? `${of === '' ? '1' : `${of}a`} ${what}` : `${of}${count} ${what}s`;
  return [
    devices,
    ...(mig === undefined ? [] : [` ${mig}`]),
    ...(model === undefined ? [] : [` of model ${model}`]),
    ...(memoryBytes === undefined ? [] : [` with ${gibibytes(memoryBytes)}`]),
  ].join('');
};

/** `4 × NVIDIA A100-SXM4-80GB (80 GiB), 7 × NVIDIA A100 MIG 1g.10gb (10 GiB)`, or `no GPU`. */
export const gpusInWords = (gpus: readonly Gpu[]): string => {
  const kinds = new Map<string, number>();
  for (const { model, mig, memoryBytes } of gpus) {
    const kind = `${model}${mig === undefined ? '' : ` MIG ${mig}`} (${gibibytes(memoryBytes)})`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds.size === 0 ? 'no GPU' : [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ');
};

/** Why a request waits: `1 of 4 is free; run 7f… holds GPU-…`. Names a few of who is in the way. */
export const whoHolds = (request: GpuRequest, gpus: readonly Gpu[], held: readonly HeldGpu[]): string => {
  const candidates = candidatesFor(request, gpus);
  const reasons = candidates.flatMap((gpu) => inTheWay(gpu, held));
  const free = candidates.filter((gpu) => inTheWay(gpu, held).length === 0).length;
  const told = reasons.slice(0, mostTold);
  const more = reasons.length > told.length ? [`and ${reasons.length - told.length} more`] : [];
  return [`${free} of ${candidates.length} ${free === 1 ? 'is' : 'are'} free`, ...told, ...more].join('; ');
};

const mostTold = 3;

const inTheWay = (gpu: Gpu, held: readonly HeldGpu[]): string[] => {
  if (gpu.blocked !== undefined) return [`${gpu.uuid} is blocked: ${gpu.blocked}`];
  const holders = holdersOf(gpu, held);
  if (holders.length === 0) return gpu.busy === undefined ? [] : [`${gpu.uuid} is in use: ${gpu.busy}`];
  return holders.map(({ runId, uuid, share }) =>
    share === null ? `run ${runId} holds ${uuid}` : `run ${runId} has ${share.part} of ${uuid}`,
  );
};

const gibibytes = (bytes: number): string => `${Math.round((bytes / 2 ** 30) * 10) / 10} GiB`;
