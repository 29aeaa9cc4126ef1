import { describe, expect, it } from 'vitest';
import type { OnCluster, Runs } from '../support/use-runs.ts';

export const retries = (runs: Runs) =>
  describe('retries', () => {
    const jobsOf = ({ namespace }: OnCluster): string[] => namespace.made('jobs').map(({ metadata }) => metadata.name);

    it('an exit code counts against the backoff limit, and each attempt is a Job of its own', async () => {
      await using on = await runs.open();
      const backoff = { limit: 1, initialMs: 0, infrastructureLimit: 0 };
      const { id } = await on.start({ name: 'fails', backoff, command: 'echo $RUNYARD_ATTEMPT; exit 7' });
      expect(await on.outcome(id)).toMatchObject({
        ...{ state: 'failed', reason: 'exit-code', attempt: 2, failures: 2, infrastructureFailures: 0 },
        attempts: [{ outcome: { class: 'exited', code: 7 } }, { outcome: { class: 'exited', code: 7 } }],
      });
      expect(jobsOf(on)).toEqual([`runyard-${id}-1`, `runyard-${id}-2`]);
      expect(await on.log(id)).toBe(`${id}.1\n${id}.2\n`);
      expect(on.namespace.left()).toEqual([]);
    });

    it('an eviction counts against the budget for infrastructure alone, and the next attempt is a new Job', async () => {
      await using on = await runs.open();
      const { functions } = on.witness;
      const { id } = await on.start({
        ...{ name: 'evicted', backoff: { limit: 0, initialMs: 0, infrastructureLimit: 1 } },
        command: `${functions}\necho $RUNYARD_ATTEMPT; say begin $RUNYARD_ATTEMPT; [ \${RUNYARD_ATTEMPT##*.} = 2 ] || hold`,
      });
      await on.witness.heard(`begin ${id}.1`);
      // A pod that is deleted takes with it what was not read of its log.
      for await (const { text } of on.runyard.runs.logs(id, { follow: true })) if (text.startsWith(id)) break;
      const [pod] = on.namespace.now('pods');
      runs.cluster.evict(`${on.namespace.name}/${pod?.metadata.name}`);
      expect(await on.outcome(id)).toMatchObject({
        ...{ state: 'succeeded', attempt: 2, failures: 0, infrastructureFailures: 1 },
        attempts: [{ outcome: { class: 'infrastructure', reason: 'evicted' } }, { outcome: { class: 'exited' } }],
      });
      expect(jobsOf(on)).toEqual([`runyard-${id}-1`, `runyard-${id}-2`]);
      expect(on.namespace.made('pods')).toHaveLength(2);
      expect(await on.log(id)).toMatch(
        new RegExp(`^${id}\\.1\n(runyard: the rest of the log is gone.*\n)?${id}\\.2\n$`),
      );
      expect(on.namespace.left()).toEqual([]);
    });

    it('what is evicted more often than its budget allows has failed, and says by whom', async () => {
      await using on = await runs.open();
      const { functions } = on.witness;
      const { id } = await on.start({
        ...{ name: 'evicted', backoff: { limit: 3, initialMs: 0, infrastructureLimit: 0 } },
        command: `${functions}\nsay begin; hold`,
      });
      await on.witness.heard('begin');
      const [pod] = on.namespace.now('pods');
      runs.cluster.evict(`${on.namespace.name}/${pod?.metadata.name}`, 'kubelet');
      const { state, reason, sentence, attempt } = await on.outcome(id);
      expect({ state, reason, attempt }).toEqual({ state: 'failed', reason: 'evicted', attempt: 1 });
      expect(sentence).toContain('low on resource: memory');
      expect(on.namespace.left()).toEqual([]);
    });
  });
