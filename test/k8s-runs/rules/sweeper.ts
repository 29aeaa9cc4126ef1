import type { Executor, Handle } from '@runyard/core';
import { EventRecorder, executorInput, scriptLaunch } from '@runyard/core/testing';
import { k8sExecutor } from '@runyard/k8s-executor';
import { describe, expect, it } from 'vitest';
import { temporaryHost } from '../../../packages/k8s-executor/test/support/temporary-host.ts';
import { untilGone } from '../../engines/k8s/live/until.ts';
import { executorOptions } from '../support/executor-options.ts';
import type { OnCluster, Runs } from '../support/use-runs.ts';

export const sweeper = (runs: Runs) =>
  describe('the sweeper', () => {
    const { signal } = new AbortController();
    const installationOf = ({ namespace }: OnCluster): string =>
      namespace.made('jobs')[0]?.metadata.labels?.['runyard.dev/installation'] ?? '';

    it('removes what is inert and unknown to the store once it is old, tells of what runs and leaves it, and touches nothing of others', async () => {
      await using on = await runs.open({ timings: { sweepGraceMs: 1500 } });
      await on.outcome((await on.start({ name: 'first', command: 'true' })).id);
      await using host = await temporaryHost();
      const executor = k8sExecutor(executorOptions(runs.cluster, on.namespace))(host) as Executor;
      const make = async (installation: string, begins: boolean): Promise<Handle & { key: string }> => {
        const launch = scriptLaunch({
          ...{ installation, deed: { does: 'wait' }, spec: executor.parseSpec(executorInput()) },
          size: { name: 'tiny', cpu: 0.1, memoryBytes: 2 ** 25, gpu: null },
        });
        const handle = await executor.prepare(launch, signal);
        if (begins) await executor.start(handle, { launch, signal });
        return { ...handle, key: launch.key };
      };
      const ours = installationOf(on);
      const others = 'f'.repeat(32);
      const inert = await make(ours, false);
      const kept = [await make(ours, true), await make(others, false), await make(others, true)];
      const [running] = kept;

      await on.again();
      using recorder = new EventRecorder(on.runyard);
      const told = await recorder.waitFor('error', ({ sentence }) => sentence.includes(running?.key ?? ''));
      expect(told.sentence).toMatch(/is running at 'k8s', but this store does not know it. It is left alone\.$/);
      await untilGone(runs.cluster.api.objects, 'jobs', String(inert.uid));
      expect(on.namespace.now('jobs').map(({ metadata }) => metadata.uid)).toEqual(kept.map(({ uid }) => uid));
      expect(on.namespace.now('jobs').every(({ metadata }) => metadata.deletionTimestamp === undefined)).toBe(true);

      for (const handle of kept) await executor.remove(handle, signal);
      await executor.close?.();
      expect(on.namespace.left()).toEqual([]);
    });
  });
