import { goBy, type StoreReading } from '../domain/store-clock.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/**
 * Time as all who share the store see it (DESIGN 3): by the store's own clock where it has one, else by the host's. Between two
 * readings our monotonic clock counts on, so a host whose wall clock is wrong, or is set, judges no lease and fires nothing by it.
 */
export interface StoreTime {
  readonly clock: Clock;
  /** Asks the store what time it is. Rejects as the store does; what was known holds on. */
  read(): Promise<void>;
  /** By how much the host's wall clock is ahead of the store's, ms; negative for behind; 0 where there is only the host's. */
  hostAheadMs(): number;
  /** An instant that was read on the host's wall clock, as the store's clock had it, where the two part by more than a second. */
  fromHost(at: number): number;
}

export const newStoreTime = (host: Clock, store: Pick<Store, 'time'>): StoreTime => {
  if (!store.time) return { clock: host, read: async () => {}, hostAheadMs: () => 0, fromHost: (at) => at };
  const ask = (): Promise<number> => store.time?.() ?? Promise.resolve(host.now());
  let known: StoreReading | null = null;

  const now = (): number => (known === null ? host.now() : Math.round(host.monotonic() + known.offset));
  const hostAheadMs = (): number => host.now() - now();
  return {
    clock: { now, monotonic: () => host.monotonic(), sleep: (ms, signal) => host.sleep(ms, signal) },
    async read() {
      const asked = host.monotonic();
      const time = await ask();
      const at = host.monotonic();
      const error = (at - asked) / 2;
      known = goBy(known, { offset: time - (asked + error), error, at });
    },
    hostAheadMs,
    fromHost(at) {
      const ahead = hostAheadMs();
      return Math.abs(ahead) > 1000 ? Math.round(at - ahead) : at;
    },
  };
};
