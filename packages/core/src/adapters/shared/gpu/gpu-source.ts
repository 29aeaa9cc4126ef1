import { RunyardError } from '../../../domain/errors.ts';
import { type CachedGpus, type CachedGpusOptions, cachedGpus } from './cached-gpus.ts';
import type { GpuDevice, GpuReading } from './gpu-device.ts';

/** `auto`: what is found; `none`: jobs get none, and nothing looks for any; or exactly these. */
export type GpuOption = 'auto' | 'none' | readonly GpuDevice[];

export interface GpuSourceOptions extends Pick<CachedGpusOptions, 'clock' | 'logger'> {
  /** Whose option it is, for what is said of a wrong one: `processExecutor`. */
  executor: string;
  gpus: GpuOption;
  avoidForeign: boolean;
  /** Looks for GPUs. */
  find(signal: AbortSignal): Promise<GpuReading>;
}

/** The GPUs that an executor may give away, by its option. Throws `invalid-option` for a list that is none. */
export const gpuSource = (options: GpuSourceOptions): CachedGpus => {
  const { executor, gpus, avoidForeign, find, clock, logger } = options;
  if (gpus === 'auto') return cachedGpus({ read: find, clock, logger });
  const fixed = gpus === 'none' ? [] : checkList(gpus, executor);
  if (!avoidForeign || fixed.length === 0) return always(fixed);
  const read = async (signal: AbortSignal): Promise<GpuReading> => markBusy(fixed, await find(signal));
  return { ...cachedGpus({ read, clock, logger }), known: async () => fixed };
};

const always = (gpus: readonly GpuDevice[]): CachedGpus => ({
  get: async () => gpus,
  last: () => gpus,
  known: async () => gpus,
  forget() {},
  close: async () => {},
});

const markBusy = (fixed: readonly GpuDevice[], { gpus, problem }: GpuReading): GpuReading => ({
  gpus: fixed.map((gpu) => {
    const found = gpus.find(({ uuid }) => uuid === gpu.uuid);
    const by = found ? found.busy : problem === undefined ? undefined : 'nobody knows what';
    return by === undefined ? gpu : { ...gpu, busy: by };
  }),
  ...(problem !== undefined && { problem }),
});

const checkList = (gpus: unknown, executor: string): readonly GpuDevice[] => {
  const wrong = Array.isArray(gpus) ? gpus.find((gpu, i) => !isDevice(gpu) || isTwice(gpus, i)) : gpus;
  if (wrong === undefined) return gpus as GpuDevice[];
  throw new RunyardError(
    'invalid-option',
    `${executor}: \`gpus\` must be 'auto', 'none' or a list of { uuid, model, memoryBytes }, each UUID once (\`nvidia-smi -L\` tells them); got ${JSON.stringify(wrong)}.`,
    {
      field: 'gpus',
      expected: "'auto', 'none' or a list of devices",
      received: JSON.stringify(wrong) ?? String(wrong),
    },
  );
};

const isDevice = (gpu: Partial<GpuDevice> | null): boolean =>
  typeof gpu?.uuid === 'string' &&
  /^[^\s,]+$/.test(gpu.uuid) &&
  typeof gpu.model === 'string' &&
  typeof gpu.memoryBytes === 'number' &&
  gpu.memoryBytes >= 0;

const isTwice = (gpus: readonly Partial<GpuDevice>[], i: number): boolean =>
  gpus.findIndex(({ uuid }) => uuid === gpus[i]?.uuid) !== i;
