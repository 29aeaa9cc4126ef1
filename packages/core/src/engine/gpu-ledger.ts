import type { Gpu } from '../domain/gpu/gpu.ts';
import type { Executor } from '../ports/executor.ts';

/** An executor at the place that it serves now. */
export interface ServedPlace {
  executor: string;
  place: string;
}

/** What was seen of who really uses the GPUs of each place, beside what the leases in the store say. */
export interface GpuLedger {
  /** An executor's devices, those blocked that somebody uses without a lease. Of a place that was never looked through: all. */
  judged(where: ServedPlace, gpus: readonly Gpu[]): readonly Gpu[];
  /** Whether a device was blocked by the last look. */
  isKnown(where: ServedPlace, uuid: string): boolean;
  /** What a whole look has found: by device, who uses it without a lease. Returns what is found for the first time, to be told. */
  seen(where: ServedPlace, strays: ReadonlyMap<string, string>): [uuid: string, sentence: string][];
}

export const newGpuLedger = (executors: ReadonlyMap<string, Executor>): GpuLedger => {
  const looks = new Map<string, ReadonlyMap<string, string>>();
  const keyOf = ({ executor, place }: ServedPlace): string => JSON.stringify([executor, place]);
  return {
    judged(where, gpus) {
      const strays = looks.get(keyOf(where));
      if (!strays && !executors.get(where.executor)?.list) return gpus;
      return gpus.map((gpu) => {
        const blocked = strays ? strays.get(gpu.uuid) : 'what runs at its place has not been looked through yet';
        return blocked === undefined ? gpu : { ...gpu, blocked };
      });
    },
    isKnown: (where, uuid) => looks.get(keyOf(where))?.has(uuid) ?? false,
    seen(where, strays) {
      const before = looks.get(keyOf(where));
      looks.set(keyOf(where), strays);
      return [...strays].filter(([uuid, sentence]) => before?.get(uuid) !== sentence);
    },
  };
};
