import { setTimeout as sleep } from 'node:timers/promises';
import { checkpoints } from '../../../packages/core/src/engine/checkpoints.ts';
import { HostGone } from '../../crash/host/host-process.ts';
import type { Slot } from '../../crash/random/slot.ts';
import type { LiveCluster } from '../../engines/k8s/live/live-cluster.ts';
import type { Random } from '../../simulation/random.ts';
import type { TestNamespace } from '../support/namespace.ts';

export interface Disturbed {
  cluster: LiveCluster;
  namespace: TestNamespace;
  slots: readonly Slot[];
}

/**
 * Every so often, until the signal: a host is killed, or told to die at a checkpoint; a pod is evicted, preempted or deleted by somebody; the API server is
 * away for a moment. Gives how often each was done.
 */
export const disturb = async (
  { cluster, namespace, slots }: Disturbed,
  { random, everyMs }: { random: Random; everyMs: number },
  signal: AbortSignal,
): Promise<Record<string, number>> => {
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
  const running = (): string | undefined => {
    const names = namespace
      .now('pods')
      .flatMap(({ metadata, status }) => (status?.phase === 'Running' ? [metadata.name] : []));
    return names.length === 0 ? undefined : `${namespace.name}/${random.pick(names)}`;
  };
  const toAPod = (what: (pod: string) => void): void => {
    const pod = running();
    if (pod !== undefined) what(pod);
  };
  const acts = {
    kill: async () => (await random.pick(slots).up()).kill(),
    die: async () => (await random.pick(slots).up()).call('dieAt', random.pick(checkpoints), random.int(1, 5)),
    evict: async () => toAPod((pod) => cluster.evict(pod, random.pick(['api', 'kubelet']))),
    preempt: async () => toAPod((pod) => cluster.preempt(pod)),
    async away() {
      await cluster.api.shut();
      await rest(random.int(100, 1500));
      await cluster.api.open();
    },
  };
  const done: Record<string, number> = {};
  for (;;) {
    await rest(random.int(everyMs / 2, everyMs * 1.5));
    if (signal.aborted) return done;
    const act = random.weighted(weights);
    await acts[act]().catch((error: unknown) => {
      if (!(error instanceof HostGone)) throw error;
    });
    done[act] = (done[act] ?? 0) + 1;
  }
};

const weights = [
  [4, 'kill'],
  [4, 'die'],
  [2, 'evict'],
  [1, 'preempt'],
  [1, 'away'],
] as const;
