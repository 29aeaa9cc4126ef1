import type { EngineContext } from '../engine/context.ts';
import type { Health } from './api.ts';

/** A host that answers but whose loop has not gone round for this long is not well. */
const stalledMs = 90_000;

export const readHealth = async (context: EngineContext, closed: boolean): Promise<Health> => {
  const { counters, clock, places, executors } = context;
  const lastTickAgoMs = counters.lastTickAt === null ? null : clock.monotonic() - counters.lastTickAt;
  const store = closed
    ? 'unavailable'
    : await context.store.nextWakeAt(clock.now()).then(
        () => 'ok' as const,
        () => 'unavailable' as const,
      );
  const silent = places.silent.size > 0;
  const stalled = lastTickAgoMs !== null && lastTickAgoMs > stalledMs;
  return {
    status: closed ? 'closed' : store === 'unavailable' || silent || stalled ? 'degraded' : 'ok',
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
    lastTickAgoMs,
  };
};
