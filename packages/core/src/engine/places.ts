import type { Capacity, Executor } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';
import { explain, noteSilence } from './explain.ts';
import { reportFault } from './fault.ts';
import type { Held } from './holdings.ts';
import { isServedHere } from './place-of.ts';
import { reconcileGpus } from './reconcile-gpus.ts';
import { recover } from './recover.ts';
import type { Places } from './served-places.ts';
import { within } from './within.ts';

const againMs = 15_000;

export const newPlaces = ({ executors, clock, answerMs }: PlacesOptions): Places => {
  const served = new Map<string, string>();
  const silent = new Map<string, string>();
  const capacities = new Map<string, Capacity>();
  const askOne = async (name: string, signal: AbortSignal): Promise<void> => {
    try {
      const { place, capacity } = await within(answerMs, { clock, signal }, (limited) =>
        told(executors.get(name), limited),
      );
      if (capacity) capacities.set(name, capacity);
      if (place !== undefined) served.set(name, place);
      silent.delete(name);
    } catch (error) {
      if (signal.aborted) return;
      served.delete(name);
      silent.set(name, error instanceof Error ? error.message : String(error));
    }
  };
  return {
    served,
    capacities,
    silent,
    ask: async (signal) => void (await Promise.all([...executors.keys()].map((name) => askOne(name, signal)))),
  };
};

const told = async (executor: Executor | undefined, signal: AbortSignal) => ({
  place: await executor?.place(signal),
  capacity: await executor?.capacity?.(signal),
});

interface PlacesOptions extends Pick<EngineContext, 'executors' | 'clock'> {
  /** How long an executor may take before it counts as silent. */
  answerMs: number;
}

/** Keeps `places` fresh until aborted, and wakes the loop when a silent engine answers again, or another one answers. */
export const watchPlaces = async (context: EngineContext, signal: AbortSignal): Promise<void> => {
  const told = new WeakSet<Held>();
  let before = new Map(context.places.served);
  while (!signal.aborted) {
    await context.clock.sleep(againMs, signal).catch(() => {});
    if (signal.aborted) return;
    await context.places.ask(signal);
    tellRuns(context, told);
    await reconcileGpus(context, signal);
    const known = before;
    before = new Map(context.places.served);
    if ([...before].every(([name, place]) => known.get(name) === place)) continue;
    await recover(context, signal).catch((error: unknown) =>
      reportFault(context, error, 'What a place left could not be read.'),
    );
    context.wake();
  }
};

// A wait at an engine that is gone may hang rather than fail, and nothing else would say so.
const tellRuns = (context: EngineContext, told: WeakSet<Held>): void => {
  for (const held of context.holdings.runs.values()) {
    const reason = context.places.silent.get(held.attempt.executor);
    const { silentSince } = held.run;
    if (reason !== undefined && silentSince === null) {
      told.add(held);
      noteSilence(context, held, `Its place does not answer: ${reason}`);
    }
    // What its own wait has said is its to take back.
    if (silentSince !== null && isServedHere(context, held.attempt) && told.delete(held)) explain(context, held, null);
  }
};
