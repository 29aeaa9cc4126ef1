import type { GpuRequest } from '../job/size.ts';
import type { Gpu } from './gpu.ts';
import { fitsBeside, type GpuLease, holdersOf } from './gpu-lease.ts';
import { leastMemory, migMemory } from './gpu-memory.ts';

/** The devices that could serve the request, were all of them free. */
export const candidatesFor = (request: GpuRequest, gpus: readonly Gpu[]): Gpu[] =>
  gpus.filter((gpu) => matches(gpu, request));

/**
 * All that the request asks for, or null. Best fit, so that large requests find something left: an exclusive one takes the
 * least device that serves it, a share goes where least is left beside it.
 */
export const chooseGpus = (request: GpuRequest, gpus: readonly Gpu[], held: readonly GpuLease[]): GpuLease[] | null => {
  const free = unique(candidatesFor(request, gpus))
    .map((gpu) => ({ gpu, lease: leaseOf(gpu, request), holders: holdersOf(gpu, held) }))
    .filter(({ gpu, lease, holders }) => fitsBeside(lease, held) && !isOthers(gpu, holders))
    .sort(
      (a, b) =>
        leftOf(a) - leftOf(b) || a.gpu.memoryBytes - b.gpu.memoryBytes || alike(b.gpu, gpus) - alike(a.gpu, gpus),
    );
  return free.length < request.count ? null : free.slice(0, request.count).map(({ lease }) => lease);
};

/**
 * A model is meant by whole words of its name, whatever the case: `A100` is an `NVIDIA A100-SXM4-80GB`, and no `RTX A1000`. Without
 * `mig` only whole GPUs serve, with it only instances of that profile.
 */
const matches = (gpu: Gpu, { model, memoryBytes, mig, share }: GpuRequest): boolean =>
  gpu.mig === mig &&
  (model === undefined || ` ${modelWords(gpu.model)} `.includes(` ${modelWords(model)} `)) &&
  (memoryBytes === undefined ||
    memoryBytes <= gpu.memoryBytes ||
    (share === undefined && isThatLarge(gpu, memoryBytes)));

/** What of a model's name tells it from others: its letters, digits and dots, in lower case, with one blank between words. */
export const modelWords = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^a-z0-9.]+/)
    .filter(Boolean)
    .join(' ');

const isThatLarge = ({ memoryBytes, mig }: Gpu, asked: number): boolean =>
  memoryBytes >= leastMemory(asked) || (mig !== undefined && asked <= (migMemory(mig) ?? 0));

const leaseOf = (gpu: Gpu, { share, memoryBytes }: GpuRequest): GpuLease => {
  const { uuid, parent = null, memoryBytes: ofBytes } = gpu;
  if (share === undefined) return { uuid, parent, share: null };
  return { uuid, parent, share: { part: share, memoryBytes: memoryBytes ?? Math.floor(share * ofBytes), ofBytes } };
};

// Of equals the one of which there are most is taken first.
const alike = ({ model }: Gpu, gpus: readonly Gpu[]): number => gpus.filter((other) => other.model === model).length;

const unique = (gpus: readonly Gpu[]): Gpu[] => [...new Map(gpus.map((gpu) => [gpu.uuid, gpu])).values()];

/** Whether something else than an attempt of ours is in the way. What uses a device that we have leased to somebody is most likely theirs. */
export const isOthers = ({ busy, blocked }: Gpu, holders: readonly GpuLease[]): boolean =>
  blocked !== undefined || (busy !== undefined && holders.length === 0);

// What of a shared device nobody has. A whole one is the least fitting place for a share.
const leftOf = ({ lease, holders }: { lease: GpuLease; holders: readonly GpuLease[] }): number =>
  lease.share === null ? 0 : 1 - holders.reduce((taken, { share }) => taken + (share?.part ?? 1), 0);
