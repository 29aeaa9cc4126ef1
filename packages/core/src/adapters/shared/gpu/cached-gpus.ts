import type { Clock } from '../../../ports/clock.ts';
import type { Logger } from '../../../ports/host.ts';
import { noLonger } from '../../../ports/no-longer.ts';
import type { GpuDevice, GpuReading } from './gpu-device.ts';

export interface CachedGpusOptions {
  read(signal: AbortSignal): Promise<GpuReading>;
  clock: Clock;
  logger: Logger;
  /** How long an answer is kept. Default 60 s. */
  maxAgeMs?: number;
  /** How long `get` waits for an answer before it goes on with the last one. Default 3 s. */
  patienceMs?: number;
}

/** The GPUs of one machine, read at most once a minute. */
export interface CachedGpus {
  /**
   * The devices. A driver that takes its time holds nobody up: until it answers, its last answer counts, and none at first.
   * Aborting ends only the waiting.
   */
  get(signal: AbortSignal): Promise<readonly GpuDevice[]>;
  /** The last answer, which costs nothing; undefined: there was none yet. */
  last(): readonly GpuDevice[] | undefined;
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

  // What cannot be read leaves nothing to give away; said once, not every minute.
  const readOnce = async (): Promise<void> => {
    const began = clock.monotonic();
    until = Number.POSITIVE_INFINITY; // told to forget meanwhile, it is read once more
    const { gpus, problem } = await read(closing.signal).catch(
      (error: unknown): GpuReading => ({ gpus: [], problem: `The GPUs could not be read: ${String(error)}.` }),
    );
    if (closing.signal.aborted) return;
    last = gpus;
    if (until === Number.POSITIVE_INFINITY) until = began + maxAgeMs;
    if (problem !== undefined && problem !== said) logger.warn({}, problem);
    said = problem;
  };

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (closing.signal.aborted) return last ?? [];
      if (reading === undefined && clock.monotonic() >= until)
        reading = readOnce().finally(() => {
          reading = undefined;
        });
      if (reading !== undefined) await atMost(patienceMs, { wait: reading, clock, signal });
      return last ?? [];
    },
    last: () => last,
    forget() {
      until = Number.NEGATIVE_INFINITY;
    },
    async close() {
      closing.abort(noLonger);
      await reading;
    },
  };
};

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
