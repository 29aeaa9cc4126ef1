import { hostClockOffMs } from '../domain/store-clock.ts';
import { follow } from '../ports/follow.ts';
import type { EngineContext } from './context.ts';
import { reportFault } from './fault.ts';
import { recover } from './recover.ts';

/**
 * Renews this instance's lease, which is one row whatever it holds. Only for stores that several instances share: an
 * exclusive store has no one to tell. When the lease lapses all the same, the epoch fences our writes: whoever adopted a run has it.
 * One renewal that hangs does not keep the next from being tried.
 */
export const keepLease = (context: EngineContext, signal: AbortSignal): Promise<void> =>
  everyThird(context, signal, async () => {
    const renewing = renewLease(context).catch((error: unknown) =>
      reportFault(context, error, 'The lease of this instance could not be renewed; trying again.'),
    );
    const over = follow(signal);
    await Promise.race([renewing, context.clock.sleep(third(context), over.signal).catch(() => {})]);
    over.end();
  });

/** Adopts what other instances let go of. Apart from the renewal, which must not wait for it on a slow store. */
export const adoptPeriodically = (context: EngineContext, signal: AbortSignal): Promise<void> =>
  everyThird(context, signal, () =>
    recover(context, signal).catch((error: unknown) =>
      reportFault(context, error, 'What other instances left could not be read; trying again.'),
    ),
  );

const everyThird = async (context: EngineContext, signal: AbortSignal, act: () => Promise<void>): Promise<void> => {
  while (!context.exclusive && !signal.aborted) {
    await context.clock.sleep(third(context), signal).catch(() => {});
    if (!signal.aborted) await act();
  }
};

const third = ({ settings }: EngineContext): number => Math.floor(settings.leaseMs / 3);

export const renewLease = async (context: EngineContext): Promise<void> => {
  const { store, clock, time, instance, settings, places, startedAt } = context;
  await time.read();
  noteHostClock(context);
  const asked = clock.monotonic();
  const { leaseMs } = settings;
  const expiresAt = clock.now() + leaseMs;
  const served = [...places.served.values()];
  await store.commit([[{ kind: 'instance.put', id: instance, startedAt, expiresAt, leaseMs, places: served }]]);
  context.lease.renewedAt = Math.max(context.lease.renewedAt, asked);
};

// Nothing of ours goes by it, but whatever else runs on this host does: its logs above all.
const noteHostClock = (context: EngineContext): void => {
  const { time, hostClock } = context;
  const aheadMs = time.hostAheadMs();
  const isOff = Math.abs(aheadMs) > hostClockOffMs;
  if (isOff && !hostClock.isOff) {
    const off = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
    reportFault(
      context,
      null,
      `The clock of this host is ${off} the store's. Runyard goes by the store's; set the host's (NTP), since jobs and logs go by it.`,
    );
  }
  hostClock.isOff = isOff;
};

/** Others may adopt at once what we held. */
export const releaseLease = async (context: EngineContext): Promise<void> => {
  const { store, clock, instance, startedAt, exclusive } = context;
  const over = { kind: 'instance.put', id: instance, startedAt, leaseMs: 0, places: [] } as const;
  if (!exclusive) await store.commit([[{ ...over, expiresAt: clock.now() }]]);
};
