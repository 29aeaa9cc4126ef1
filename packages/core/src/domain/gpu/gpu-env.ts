import type { GpuLease } from './gpu-lease.ts';

/** What an attempt is told of the devices that it holds; nothing where it holds none. Of a shared one, how much is its own, where the device's memory is known. */
export const gpuEnv = (gpus: readonly GpuLease[]): Record<string, string> => {
  if (gpus.length === 0) return {};
  const shares = gpus.flatMap(({ share }) => (share && share.ofBytes > 0 ? [share] : []));
  return {
    RUNYARD_GPUS: gpus.map(({ uuid }) => uuid).join(','),
    ...(shares.length > 0 && {
      RUNYARD_GPU_MEMORY_BYTES: String(Math.min(...shares.map((share) => share.memoryBytes))),
    }),
  };
};
