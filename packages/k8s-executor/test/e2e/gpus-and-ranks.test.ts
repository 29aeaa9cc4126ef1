import type { GpuRequest } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { openAttempts } from '../support/attempts.ts';
import { polite } from '../support/commands.ts';
import { until } from '../support/until.ts';
import { describeOnCluster, standIn, useCluster } from '../support/use-cluster.ts';

const sizeWith = (gpu: GpuRequest) => ({ name: 'gpu', cpu: 0.05, memoryBytes: 128 * 2 ** 20, gpu });

describeOnCluster('what only a cluster has:', () => {
  const cluster = useCluster({
    nodes: [
      { name: 'node-1' },
      {
        ...{ name: 'a100-1', allocatable: { 'nvidia.com/gpu': '2' } },
        labels: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB', 'nvidia.com/gpu.memory': '81920', zone: 'a' },
        taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
      },
    ],
  });

  describe('a job with GPUs', () => {
    it('waits in the words of the scheduler while no node has them, and runs once one has', async ({ skip }) => {
      await using attempts = await openAttempts(cluster(), { gpus: { resource: 'runyard.invalid/gpu' } });
      const attempt = await attempts.begin({ sh: 'echo ran', size: sizeWith({ count: 2 }) });
      const words = /^0\/\d+ nodes are available: .*Insufficient runyard\.invalid\/gpu/;
      const isTold = async () => {
        const { state, phase, sentence } = attempt.progress.at(-1) ?? {};
        return state === 'waiting' && phase === 'scheduling' && words.test(sentence ?? '');
      };
      await until(isTold, 'the scheduler to say no');
      expect(await attempts.executor.inspect(attempt.handle, attempts.signal)).toMatchObject({
        ...{ state: 'waiting', sentence: expect.stringMatching(words) },
      });
      standIn(cluster(), skip, 'it adds a node').addNode({
        name: 'late-1',
        allocatable: { 'runyard.invalid/gpu': '4' },
      });
      expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 0 });
      expect(await cluster().admin.pod(attempt.handle)).toMatchObject({ spec: { nodeName: 'late-1' } });
    });

    it('has as many as its size says, on a node of its model that is kept free for GPUs', async ({ skip }) => {
      standIn(cluster(), skip, 'it needs nodes with GPUs');
      await using attempts = await openAttempts(cluster());
      const gpu = { count: 2, model: 'NVIDIA A100-SXM4-80GB', memoryBytes: 80 * 2 ** 30 };
      const executorOptions = { nodeSelector: { zone: 'a' } };
      const first = await attempts.begin({
        sh: 'echo begun; sleep 1000',
        size: sizeWith(gpu),
        job: { executorOptions },
      });
      await first.printed('begun');
      const second = await attempts.begin({ sh: 'echo ran', size: sizeWith({ ...gpu, count: 1 }) });
      const isTold = async () => /Insufficient nvidia\.com\/gpu/.test(second.progress.at(-1)?.sentence ?? '');
      await until(isTold, 'the second to wait');
      await first.stop(1000);
      expect(await second.outcome).toMatchObject({ class: 'exited', code: 0 });
      const [one, other] = await Promise.all([first, second].map(({ handle }) => cluster().admin.pod(handle)));
      expect([one?.spec.nodeName, other?.spec.nodeName]).toEqual(['a100-1', 'a100-1']);
    });

    it('of a model that no node has waits for one', async ({ skip }) => {
      standIn(cluster(), skip, 'it needs nodes with GPUs');
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: 'echo ran', size: sizeWith({ count: 1, model: 'NVIDIA H100' }) });
      const words = /^0\/\d nodes are available: .*didn't match Pod's node affinity\/selector/;
      await until(async () => words.test(attempt.progress.at(-1)?.sentence ?? ''), 'the scheduler to say no');
      await attempt.stop(1000);
      expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'stopped-before-start' });
    });
  });

  describe('a run of several pods', () => {
    it('tells each its rank, how many there are, and the name by which the first is reached', async () => {
      await using attempts = await openAttempts(cluster());
      // Pods of the stand-in share this machine's ports.
      const port = 20_000 + Math.floor(Math.random() * 10_000);
      const sh = [
        'echo "rank $RUNYARD_RANK of $RUNYARD_SCALE"',
        `if [ "$RUNYARD_RANK" = 0 ]; then for i in 1 2; do echo "hello from $RUNYARD_LEADER" | nc -l -p ${port}; done; exit; fi`,
        `until nc -w 5 "$RUNYARD_LEADER" ${port} </dev/null 2>/dev/null | grep hello; do sleep 0.1; done`,
      ].join('\n');
      const { outcome, log, handle } = await attempts.run({ sh, job: { scale: 3 } });
      expect(outcome).toMatchObject({ class: 'exited', code: 0 });
      const hello = expect.stringMatching(new RegExp(`^\\[[12]\\] hello from ${handle.name}-0\\.${handle.name}-`));
      expect(log.trim().split('\n').sort()).toEqual([
        '[0] rank 0 of 3',
        ...[hello, '[1] rank 1 of 3'],
        ...[hello, '[2] rank 2 of 3'],
      ]);
      expect(await cluster().admin.pods(handle)).toHaveLength(3);
    });

    it('ends with the code of the first that fails, which ends the others', async () => {
      await using attempts = await openAttempts(cluster());
      const sh = `[ "$RUNYARD_RANK" != 1 ] || { sleep 0.5; echo failing; exit 9; }; ${polite}`;
      const { outcome, log } = await attempts.run({ sh, job: { scale: 3 } });
      expect(outcome).toMatchObject({ class: 'exited', code: 9, phase: 'command' });
      expect(outcome.sentence).toContain('Rank 1');
      expect(log).toContain('[1] failing\n');
    });

    it('is running once one of them is, and is stopped in all of them', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: polite, job: { scale: 3 } });
      const log = attempt.follow();
      await until(async () => log.text().split('begun').length === 4, 'all to begin');
      expect(attempt.progress.at(-1)).toMatchObject({ state: 'running' });
      await attempt.stop(15_000);
      // The first that has ended fails the Job, whose controller then deletes the others.
      const phases = (await cluster().admin.pods(attempt.handle)).map(({ status }) => status?.phase);
      expect(new Set(phases)).toEqual(new Set(['Failed']));
      expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 5 });
      const text = await log.whole;
      for (const rank of [0, 1, 2]) expect(text).toContain(`[${rank}] leaving\n`);
    });

    it('is removed with all of them, and with what belongs to them', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: polite, job: { scale: 2 } });
      await attempt.printed('begun');
      const kinds = (await cluster().admin.remains(attempt.handle)).map((one) => one.split(' ')[0]);
      expect(kinds).toEqual(['jobs', 'pods', 'pods', 'secrets', 'services']);
      await attempts.executor.remove(attempt.handle, attempts.signal);
      expect((await cluster().admin.remains(attempt.handle)).filter((one) => /^(jobs|pods)/.test(one))).toEqual([]);
      const isClean = async () => (await cluster().admin.remains(attempt.handle)).length === 0;
      await until(isClean, 'its Service and its Secret to be collected');
    });
  });
});
