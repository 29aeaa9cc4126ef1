import { hostClockOffMs } from '../domain/store-clock.ts';
import type { EngineContext } from '../engine/context.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { Health } from './api.ts';

/** A host that answers but whose loop has not gone round for this long is not well. */
const stalledMs = 90_000;
const answerMs = 2_000;

export const readHealth = async (context: EngineContext, closed: boolean): Promise<Health> => {
  const { counters, clock, places, executors } = context;
  const lastTickAgoMs = counters.lastTickAt === null ? null : clock.monotonic() - counters.lastTickAt;
  const store = closed ? 'unavailable' : await askStore(context);
  const silent = places.silent.size > 0;
  const stalled = lastTickAgoMs !== null && lastTickAgoMs > stalledMs;
  const hostAheadMs = Math.round(context.time.hostAheadMs());
  const isOff = Math.abs(hostAheadMs) > hostClockOffMs;
  // Launches that are as many as may be are no fault: somebody wanted no more of them.
  const isHindered = store === 'unavailable' || silent || stalled || isOff || context.pressure.isOfStore();
  const callbacks = callbacksOf(context);
  return {
    status: closed ? 'closed' : isHindered || callbacks.status === 'unavailable' ? 'degraded' : 'ok',
    store,
    executors: Object.fromEntries(
      [...executors.keys()].map((name) => {
        const place = places.served.get(name);
        const sentence = places.silent.get(name);
        return [
          name,
          sentence === undefined
            ? { status: 'ok', ...(place !== undefined && { place }) }
            : { status: 'unavailable', sentence },
        ];
      }),
    ),
    pressure: [...context.pressure.active()],
    clock: { hostAheadMs },
    callbacks,
    lastTickAgoMs,
  };
};

const callbacksOf = ({ callback, callbackFault }: EngineContext): Health['callbacks'] => {
  if (callbackFault !== null) return { status: 'unavailable', sentence: callbackFault };
  return { status: callback ? 'ok' : 'off' };
};

// Whoever asks how we are wants to hear soon, and a store that does not answer soon is not there for him.
const askStore = async ({ store, clock }: EngineContext): Promise<Health['store']> => {
  const over = new AbortController();
  const answer = store.nextWakeAt(clock.now()).then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  const late = clock.sleep(answerMs, over.signal).then(
    () => 'unavailable' as const,
    () => answer,
  );
  const first = await Promise.race([answer, late]);
  over.abort(noLonger);
  return first;
};
