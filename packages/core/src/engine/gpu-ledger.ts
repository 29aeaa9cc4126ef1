import type { Gpu } from '../domain/gpu/gpu.ts';
import type { Executor } from '../ports/executor.ts';

/** What was seen of who really uses the GPUs of each executor's place, beside what the leases in the store say. */
export interface GpuLedger {
  /** An executor's devices, those blocked that somebody uses without a lease. Of a place that was never looked through: all. */
  judged(executor: string, gpus: readonly Gpu[]): readonly Gpu[];
  /**
   * What a whole look has found: by device, who uses it without a lease. Returns what is worth telling: what two looks on end have found
   * for the first time, since once it may be one that just ended.
   */
  seen(executor: string, strays: ReadonlyMap<string, string>): [uuid: string, sentence: string][];
}

export const newGpuLedger = (executors: ReadonlyMap<string, Executor>): GpuLedger => {
  const looks = new Map<string, ReadonlyMap<string, string>>();
  const told = new Map<string, string>();
  return {
    judged(executor, gpus) {
      const strays = looks.get(executor);
      if (!strays && !executors.get(executor)?.list) return gpus;
      return gpus.map((gpu) => {
        const blocked = strays ? strays.get(gpu.uuid) : 'what runs at its place has not been looked through yet';
        return blocked === undefined ? gpu : { ...gpu, blocked };
      });
    },
    seen(executor, strays) {
      const before = looks.get(executor);
      looks.set(executor, strays);
      const twice = [...strays].filter(
        ([uuid, sentence]) => before?.get(uuid) === sentence && told.get(uuid) !== sentence,
      );
      for (const [uuid, sentence] of twice) told.set(uuid, sentence);
      return twice;
    },
  };
};
