import { isRunyardError, type JobInput } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { isTerminal, type Pod } from '../../engines/k8s/live/shared/objects.ts';
import type { OnCluster, Runs } from '../support/use-runs.ts';

export const policies = (runs: Runs) =>
  describe('concurrency policies', () => {
    // Takes a while to end when it is told to.
    const slow = ({ witness }: OnCluster, concurrencyPolicy: 'Replace' | 'Forbid' | 'Allow'): JobInput => ({
      ...{ name: 'slow', concurrencyPolicy },
      command: `${witness.functions}
      trap 'sleep 0.7; say "end $RUNYARD_ATTEMPT"; exit 0' TERM
      say "begin $RUNYARD_ATTEMPT"; hold; say "end $RUNYARD_ATTEMPT"`,
    });
    const start = async (on: OnCluster, policy: Parameters<typeof slow>[1]): Promise<string> =>
      (await on.start(slow(on, policy))).id;

    it('Replace: the next run is not even prepared before the pod of the one before has ended', async () => {
      await using on = await runs.open();
      const first = await start(on, 'Replace');
      await on.witness.heard(`begin ${first}.1`);
      const whenMade: { job: string; ended: boolean; said: string[] }[] = [];
      const stop = runs.cluster.api.objects.on(({ type, resource, object }) => {
        if (type !== 'ADDED' || resource !== 'jobs') return;
        const ended = (on.namespace.now('pods') as Pod[]).every(isTerminal);
        whenMade.push({ job: object.metadata.name, ended, said: [...on.witness.lines] });
      });
      const second = await start(on, 'Replace');
      await on.witness.heard(`begin ${second}.1`);
      stop();
      expect(whenMade).toEqual([
        { job: `runyard-${second}-1`, ended: true, said: [`begin ${first}.1`, `end ${first}.1`] },
      ]);
      expect(await on.outcome(first)).toMatchObject({ state: 'cancelled', reason: 'replaced', attempt: 1 });
      on.witness.release();
      expect(await on.outcome(second)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(on.namespace.left()).toEqual([]);
    });

    it('Forbid: a start is refused as long as the pod of a run is not proved to have ended, also while it is stopped', async () => {
      await using on = await runs.open();
      const first = await start(on, 'Forbid');
      const refused = async () => {
        const error = await start(on, 'Forbid').catch((thrown: unknown) => thrown);
        expect(isRunyardError(error) && [error.code, error.message]).toEqual([
          'forbidden-overlap',
          expect.stringContaining(first),
        ]);
      };
      await on.witness.heard(`begin ${first}.1`);
      await refused();
      await on.runyard.runs.cancel(first);
      await on.until(first, ({ state }) => state === 'stopping');
      await refused();
      await on.runyard.runs.wait(first);
      expect(on.witness.lines).toEqual([`begin ${first}.1`, `end ${first}.1`]);
      const second = await start(on, 'Forbid');
      on.witness.release();
      expect(await on.outcome(second)).toMatchObject({ state: 'succeeded' });
      await on.outcome(first);
      expect(on.namespace.made('jobs')).toHaveLength(2);
      expect(on.namespace.left()).toEqual([]);
    });

    it('Allow: runs of one job have pods at the same time', async () => {
      await using on = await runs.open();
      const ids = [await start(on, 'Allow'), await start(on, 'Allow')];
      for (const id of ids) await on.witness.heard(`begin ${id}.1`);
      expect((on.namespace.now('pods') as Pod[]).map(isTerminal)).toEqual([false, false]);
      on.witness.release();
      for (const id of ids) expect(await on.outcome(id)).toMatchObject({ state: 'succeeded' });
      expect(on.namespace.left()).toEqual([]);
    });
  });
