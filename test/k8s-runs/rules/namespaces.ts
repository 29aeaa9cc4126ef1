import { setTimeout as sleep } from 'node:timers/promises';
import type { JobInput } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import type { OnCluster, Runs } from '../support/use-runs.ts';

export const namespaces = (runs: Runs) =>
  describe('a namespace that is deleted and made anew while runs are active', () => {
    const holding = ({ witness }: OnCluster, job: Partial<JobInput> = {}): JobInput => ({
      ...{ name: 'holds', limits: { graceMs: 0 }, ...job },
      command: `${witness.functions}\nsay "begin $RUNYARD_ATTEMPT"; hold`,
    });
    const elsewhere = /The attempt lives in a namespace with the uid \S+, and .* made anew/;

    it('unheard: what ran in the one before stays active and says so, until it is abandoned; what is started goes into the new one', async () => {
      await using on = await runs.open();
      const { id } = await on.start(holding(on));
      await on.witness.heard(`begin ${id}.1`);
      await on.until(id, ({ state }) => state === 'running');
      await runs.whileAway(async () => {
        await on.namespace.delete();
        on.namespace.makeAnew();
        // As it would be after some minutes: no watch can be told any more what happened meanwhile.
        runs.cluster.api.compact();
      });

      const silent = await on.until(id, ({ sentence }) => elsewhere.test(sentence ?? ''));
      expect(silent).toMatchObject({ state: 'running', attempt: 1, attempts: [{ state: 'started', outcome: null }] });
      const next = await on.outcome((await on.start({ name: 'next', command: 'echo new' })).id);
      expect(next).toMatchObject({ state: 'succeeded', attempt: 1, infrastructureFailures: 0 });
      expect(next.place).toBe(on.namespace.uid);
      expect(await on.runyard.runs.get(id)).toMatchObject({ state: 'running', attempt: 1 });

      await on.runyard.runs.abandon(id);
      expect(await on.runyard.runs.wait(id)).toMatchObject({ state: 'failed', reason: 'abandoned', attempt: 1 });
      expect(on.namespace.left()).toEqual([]);
    });

    it('heard: what ran in it was killed with it, and is tried again in the new one', async () => {
      await using on = await runs.open();
      const { id } = await on.start(holding(on, { backoff: { limit: 0, initialMs: 0, infrastructureLimit: 3 } }));
      await on.witness.heard(`begin ${id}.1`);
      await on.namespace.delete();
      // Real ones take longer to be gone.
      await sleep(2000);
      on.namespace.makeAnew();
      await on.witness.heard(`begin ${id}.2`);
      on.witness.release();
      const run = await on.until(id, ({ attempts }) => attempts[1]?.state === 'disposed');
      expect(run).toMatchObject({
        ...{ state: 'succeeded', attempt: 2, failures: 0, infrastructureFailures: 1, place: on.namespace.uid },
        // Nobody can be asked any more to take away what is left of the first.
        attempts: [{ state: 'sealed', outcome: { class: 'lost' } }, { outcome: { class: 'exited', code: 0 } }],
      });
      expect(on.namespace.left()).toEqual([]);
    });
  });
