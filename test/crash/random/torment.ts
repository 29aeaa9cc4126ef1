import { setTimeout as sleep } from 'node:timers/promises';
import { checkpoints } from '../../../packages/core/src/engine/checkpoints.ts';
import type { PostgresServer } from '../../postgres/postgres-server.ts';
import type { Random } from '../../simulation/random.ts';
import { HostGone, type HostProcess } from '../host/host-process.ts';
import type { Slot } from './slot.ts';

export interface Torments {
  /** Kinds and their weights. */
  kinds: readonly (readonly [weight: number, kind: Torment])[];
  /** Real ms. */
  leaseMs: number;
  factor: number;
}

/**
 * - `kill`: SIGKILL, whenever.
 * - `die`: SIGKILL at a checkpoint.
 * - `close`: by the rules.
 * - `freeze`: SIGSTOP past the lease, then SIGCONT.
 * - `clock`: its wall clock is off by minutes, for a while.
 */
export type Torment = 'kill' | 'die' | 'close' | 'freeze' | 'clock';

/** Restarts the database now and then, by the rules and as a crash, until the signal; then it is up. */
export const tormentDatabase = async (
  server: PostgresServer,
  random: Random,
  done: Record<string, number>,
  signal: AbortSignal,
): Promise<void> => {
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
  for (;;) {
    await rest(random.int(10_000, 25_000));
    if (signal.aborted) return;
    const how = random.pick(['stop', 'kill'] as const);
    await server[how]();
    await rest(random.int(0, 4000));
    await server.start();
    done[`database ${how}`] = (done[`database ${how}`] ?? 0) + 1;
  }
};

/** Torments the host of one slot until the signal; then it is up, awake and its clock is right. Counts what it did. */
export const torment = async (
  slot: Slot,
  random: Random,
  { kinds, leaseMs, factor }: Torments,
  done: Record<string, number>,
  signal: AbortSignal,
): Promise<void> => {
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
  const acts: Record<Torment, (host: HostProcess) => Promise<void>> = {
    async kill(host) {
      await rest(random.int(0, 2500));
      await host.kill();
    },
    async die(host) {
      await host.call('dieAt', random.pick(checkpoints), random.int(1, 12));
      const patience = new AbortController();
      const late = AbortSignal.any([signal, patience.signal]);
      await Promise.race([host.gone, sleep(3000, undefined, { signal: late }).catch(() => {})]);
      patience.abort();
      await host.kill();
    },
    async close(host) {
      await rest(random.int(0, 1500));
      await host.close();
    },
    async freeze(host) {
      await rest(random.int(0, 1500));
      host.signal('SIGSTOP');
      await rest(leaseMs * (1.2 + random.share()));
      host.signal('SIGCONT');
    },
    async clock(host) {
      const minutes = random.pick([-9, -3, 3, 9]);
      await host.call('setClock', minutes * 60_000 * factor);
      await rest(random.int(500, 4000));
      await host.call('setClock', 0);
    },
  };
  while (!signal.aborted) {
    const host = await slot.up();
    const kind = random.weighted(kinds);
    try {
      await acts[kind](host);
      done[kind] = (done[kind] ?? 0) + 1;
    } catch (error) {
      if (!(error instanceof HostGone)) throw error;
    }
    await rest(random.int(0, 800));
  }
  await slot.up();
};
