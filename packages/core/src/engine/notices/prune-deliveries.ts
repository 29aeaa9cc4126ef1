import type { EngineContext } from '../context.ts';

const step = 200;
const maxAgeMs = 30 * 24 * 3_600_000;

/** Forgets deliveries that are too old, a bounded number at each step. */
export async function* pruneDeliveries(
  { store, clock, wallClock }: EngineContext,
  signal: AbortSignal,
): AsyncGenerator<void> {
  for (;;) {
    // A clock in doubt tells nobody's age.
    if (!wallClock.trusted()) return;
    const before = clock.now() - maxAgeMs;
    const { items } = await store.documents({ kind: 'delivery', limit: step });
    const old = items.filter(({ createdAt }) => createdAt < before);
    if (old.length === 0) return;
    signal.throwIfAborted();
    await store.commit(old.map(({ id }) => [{ kind: 'document.remove', documentKind: 'delivery', id }]));
    if (old.length < step) return;
    yield;
  }
}
