import type { JobInput } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import type { Runs } from '../support/use-runs.ts';

export const limits = (runs: Runs) =>
  describe('limits', () => {
    const sizes = { tiny: { cpu: 0.1, memory: '32Mi' }, 'gpu-8': { cpu: 0.1, memory: '32Mi', gpu: { count: 8 } } };
    const onNoNode: JobInput = { name: 'large', hardware: 'gpu', size: 'gpu-8', command: 'echo never' };
    const noNode = /^0\/1 nodes are available: 1 Insufficient nvidia\.com\/gpu\./;

    it('the run limit ends a run as a timeout, with what it said when it was told to end', async () => {
      await using on = await runs.open();
      const { functions } = on.witness;
      const { id } = await on.start({
        ...{ name: 'long', limits: { runMs: 1500, graceMs: 10_000 } },
        command: `${functions}\ntrap 'echo last words; exit 0' TERM; echo begun; say begin; hold`,
      });
      await on.witness.heard('begin');
      expect(await on.outcome(id)).toMatchObject({ state: 'failed', reason: 'timeout', attempt: 1 });
      expect(await on.log(id)).toBe('begun\nlast words\n');
      expect(on.namespace.left()).toEqual([]);
    });

    it('the start deadline ends what waits for a GPU that is never there; before it says so in the words of the scheduler', async () => {
      await using on = await runs.open({ sizes });
      const { id } = await on.start({ ...onNoNode, limits: { startMs: 1500 } });
      expect(await on.until(id, ({ sentence }) => sentence !== null && noNode.test(sentence))).toMatchObject({
        state: 'starting',
        attempts: [{ state: 'prepared' }],
      });
      expect(await on.outcome(id)).toMatchObject({ state: 'failed', reason: 'start-deadline', attempt: 1 });
      expect(await on.log(id)).toBe('');
      expect(on.namespace.left()).toEqual([]);
    });

    it('a cancel ends what waits for a node, and nothing of it has run', async () => {
      await using on = await runs.open({ sizes });
      const { id } = await on.start(onNoNode);
      await on.until(id, ({ sentence }) => sentence !== null && noNode.test(sentence));
      await on.runyard.runs.cancel(id);
      expect(await on.outcome(id)).toMatchObject({ state: 'cancelled', reason: 'cancelled-by-user', startedAt: null });
      expect(await on.log(id)).toBe('');
      expect(on.namespace.left()).toEqual([]);
    });
  });
