import { systemClock } from '../../../packages/core/src/adapters/system-clock/system-clock.ts';
import type { Outcome } from '../../../packages/core/src/domain/run/outcome.ts';
import type { Clock } from '../../../packages/core/src/ports/clock.ts';
import type { Executor } from '../../../packages/core/src/ports/executor.ts';
import type { StoreTime } from './setup.ts';

/** Epoch ms of store time at an instant of real time. */
export const toStoreTime = ({ origin, factor }: StoreTime, at: number): number =>
  Math.round(origin + (at - origin) * factor);

export const toRealTime = ({ origin, factor }: StoreTime, at: number): number => origin + (at - origin) / factor;

/** A clock that runs so many times as fast, its monotonic reading too. `skewMs` is by how much its wall clock is off. */
export const storeClock = (time: StoreTime, skewMs: () => number): Clock => {
  const real = systemClock();
  return {
    now: () => toStoreTime(time, real.now()) + skewMs(),
    monotonic: () => real.monotonic() * time.factor,
    sleep: (ms, signal) => real.sleep(ms / time.factor, signal),
  };
};

/** An executor that lives in real time, as processes and their files do, for an engine that lives in store time. */
export const inStoreTime = <Spec>(executor: Executor<Spec>, time: StoreTime): Executor<Spec> => {
  const stored = (outcome: Outcome): Outcome =>
    outcome.endedAt === undefined ? outcome : { ...outcome, endedAt: toStoreTime(time, outcome.endedAt) };
  const { list } = executor;
  return {
    ...executor,
    wait: async (handle, { signal, onProgress }) =>
      stored(
        await executor.wait(handle, {
          signal,
          onProgress: (progress) => onProgress({ ...progress, at: toStoreTime(time, progress.at) }),
        }),
      ),
    async inspect(handle, signal) {
      const seen = await executor.inspect(handle, signal);
      return seen.state === 'finished' ? { ...seen, outcome: stored(seen.outcome) } : seen;
    },
    stop: (handle, { graceMs, signal }) => executor.stop(handle, { graceMs: graceMs / time.factor, signal }),
    ...(list && {
      async *list(installation: string, signal: AbortSignal) {
        for await (const one of list(installation, signal))
          yield { ...one, createdAt: toStoreTime(time, one.createdAt) };
      },
    }),
  };
};
