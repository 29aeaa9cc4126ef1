import { ExecutorUnavailable } from '../../../domain/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Logger } from '../../../ports/host.ts';
import { noLonger } from '../../../ports/no-longer.ts';
import type { GpuDevice, GpuReading } from './gpu-device.ts';

export interface CachedGpusOptions {
  read(signal: AbortSignal): Promise<GpuReading>;
  clock: Clock;
  logger: Logger;
  /** How long an answer is kept, unless it says that a device is busy. Default 60 s. */
  maxAgeMs?: number;
  /** How long `get` waits for an answer before it goes on with the last one. Default 3 s. */
  patienceMs?: number;
}

const soonMs = 5_000;

/** The GPUs of one machine, read at most once a minute; every 5 s while something that is not ours uses one. */
export interface CachedGpus {
  /**
   * The devices. A driver that takes its time holds nobody up: until it answers, its last answer counts, and none at first.
   * Aborting ends only the waiting.
   */
  get(signal: AbortSignal): Promise<readonly GpuDevice[]>;
  /** The last answer, which costs nothing; undefined: there was none yet. */
  last(): readonly GpuDevice[] | undefined;
  /**
   * All that is known of devices, for an attempt that holds these: also what an earlier reading told, where the last one failed. One that is not
   * among them is not there any more. Throws `ExecutorUnavailable` where that cannot be said, as no reading has told all since.
   */
  known(held: readonly string[], signal: AbortSignal): Promise<readonly GpuDevice[]>;
  /** Something was not as told, such as a device that is gone: the next `get` reads again. */
  forget(): void;
  /** Ends a reading that is under way. */
  close(): Promise<void>;
}

export const cachedGpus = (options: CachedGpusOptions): CachedGpus => {
  const { read, clock, logger, maxAgeMs = 60_000, patienceMs = 3_000 } = options;
  const closing = new AbortController();
  let last: readonly GpuDevice[] | undefined;
  let until = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let said: string | undefined;
  /** What the last whole reading told, and those after it that were not whole. */
  const told = new Map<string, GpuDevice>();
  let whole = false;
  let readAt = Number.NEGATIVE_INFINITY;

  // What cannot be read leaves nothing to give away; said once, not every minute.
  const readOnce = async (): Promise<void> => {
    readAt = clock.monotonic();
    until = Number.POSITIVE_INFINITY; // told to forget meanwhile, it is read once more
    const { gpus, problem } = await read(closing.signal).catch(
      (error: unknown): GpuReading => ({ gpus: [], problem: `The GPUs could not be read: ${String(error)}.` }),
    );
    if (closing.signal.aborted) return;
    last = gpus;
    whole = problem === undefined;
    if (whole) told.clear();
    for (const gpu of gpus) told.set(gpu.uuid, gpu);
    // What is busy may be free soon, as after a process of ours that just ended.
    const keptMs = gpus.some(({ busy }) => busy !== undefined) ? Math.min(maxAgeMs, soonMs) : maxAgeMs;
    if (until === Number.POSITIVE_INFINITY) until = readAt + keptMs;
    if (problem !== undefined && problem !== said) logger.warn({}, problem);
    said = problem;
  };

  const get = async (signal: AbortSignal): Promise<readonly GpuDevice[]> => {
    signal.throwIfAborted();
    if (closing.signal.aborted) return last ?? [];
    if (reading === undefined && clock.monotonic() >= until)
      reading = readOnce().finally(() => {
        reading = undefined;
      });
    if (reading !== undefined) await atMost(patienceMs, { wait: reading, clock, signal });
    return last ?? [];
  };

  const forget = (): void => {
    until = Number.NEGATIVE_INFINITY;
  };

  return {
    get,
    last: () => last,
    async known(held, signal) {
      const untold = (): string[] => held.filter((uuid) => !told.has(uuid));
      if (untold().length > 0) {
        // Before it is said to be gone it is looked for: whoever gave it away may have read later than we have.
        if (whole || clock.monotonic() - readAt >= soonMs) forget();
        await get(signal);
      }
      const open = untold().find((uuid) => !saysAll.test(uuid));
      if (open !== undefined && (reading !== undefined || !whole)) throw notRead(open, said);
      return [...told.values()];
    },
    forget,
    async close() {
      closing.abort(noLonger);
      await reading;
    },
  };
};

// A UUID of NVIDIA is all that its driver needs; the nodes, slots and names of others have to be read.
const saysAll = /^(GPU-[0-9a-f]{8}-|MIG-)/i;

const notRead = (uuid: string, problem: string | undefined): ExecutorUnavailable =>
  new ExecutorUnavailable(
    `The attempt holds the GPU ${uuid}, and the GPUs cannot be read now: ${problem ?? 'their driver takes its time.'}`,
  );

const atMost = async (
  ms: number,
  { wait, clock, signal }: { wait: Promise<void>; clock: Clock; signal: AbortSignal },
): Promise<void> => {
  const over = new AbortController();
  try {
    await Promise.race([wait, clock.sleep(ms, AbortSignal.any([signal, over.signal]))]);
  } finally {
    over.abort(noLonger);
  }
};
