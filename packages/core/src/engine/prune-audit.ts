import type { EngineContext } from './context.ts';

const step = 200;

/** Forgets what of the audit trail is too old, a bounded number of entries at each step. */
export async function* pruneAudit(
  { store, clock, wallClock, settings }: EngineContext,
  signal: AbortSignal,
): AsyncGenerator<void> {
  for (let last: string | null = null; ; ) {
    // A clock in doubt tells nobody's age.
    if (!wallClock.trusted()) return;
    const before = clock.now() - settings.auditMaxAgeMs;
    const { items } = await store.audit({ to: before - 1, limit: 1 });
    const [oldest] = items;
    if (!oldest || oldest.id === last) return;
    signal.throwIfAborted();
    await store.commit([[{ kind: 'audit.prune', before, limit: step }]]);
    last = oldest.id;
    yield;
  }
}
