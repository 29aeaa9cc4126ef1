import type { Capacity } from '../ports/executor.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { recover } from './recover.ts';
import type { Places } from './served-places.ts';

const answerMs = 5000;
const againMs = 15_000;

export const newPlaces = (context: Pick<EngineContext, 'executors' | 'clock'>): Places => {
  const served = new Map<string, string>();
  const silent = new Map<string, string>();
  const capacities = new Map<string, Capacity>();
  const askOne = async (name: string, signal: AbortSignal): Promise<void> => {
    const limit = new AbortController();
    const either = AbortSignal.any([signal, limit.signal]);
    context.clock.sleep(answerMs, either).then(
      () => limit.abort(new Error(`no answer within ${answerMs / 1000} s`)),
      () => {},
    );
    try {
      const executor = context.executors.get(name);
      const place = await executor?.place(either);
      const capacity = await executor?.capacity?.(either);
      if (capacity) capacities.set(name, capacity);
      if (place !== undefined) served.set(name, place);
      silent.delete(name);
    } catch (error) {
      if (signal.aborted) return;
      served.delete(name);
      silent.set(name, error instanceof Error ? error.message : String(error));
    } finally {
      limit.abort(noLonger);
    }
  };
  return {
    served,
    capacities,
    silent,
    ask: async (signal) => void (await Promise.all([...context.executors.keys()].map((name) => askOne(name, signal)))),
  };
};

/** Keeps `places` fresh until aborted, and wakes the loop when a silent engine answers again. */
export const watchPlaces = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await context.clock.sleep(againMs, signal).catch(() => {});
    if (signal.aborted) return;
    const before = [...context.places.silent.keys()];
    await context.places.ask(signal);
    if (before.every((name) => context.places.silent.has(name))) continue;
    await recover(context).catch((error: unknown) =>
      reportFault(context, error, 'What a place left could not be read.'),
    );
    context.wake();
  }
};
