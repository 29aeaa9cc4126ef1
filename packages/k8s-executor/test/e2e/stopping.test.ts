import { describe, expect, it } from 'vitest';
import type { EventObject, List } from '../../src/api/objects.ts';
import type { K8sHandle } from '../../src/handle.ts';
import { paths } from '../../src/paths.ts';
import { openAttempts } from '../support/attempts.ts';
import { polite, stubborn } from '../support/commands.ts';
import { onNode, ownNode } from '../support/own-node.ts';
import { until } from '../support/until.ts';
import { describeOnCluster, standIn, useCluster } from '../support/use-cluster.ts';

describeOnCluster('what ends before its time:', () => {
  const cluster = useCluster({
    nodes: [{ name: 'node-1' }, { ...ownNode('deaf'), ignoresDeadlines: true }, ownNode('lost')],
  });

  describe('a stop', () => {
    it('gives the grace, and leaves the exit code, the last words and the pod', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: polite });
      await attempt.printed('begun');
      await attempt.stop(15_000);
      expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 5 });
      expect(await attempt.log()).toBe('begun\nleaving\n');
      const pod = await cluster().admin.pod(attempt.handle);
      expect([pod.status?.phase, pod.metadata.deletionTimestamp]).toEqual(['Failed', undefined]);
    });

    it('kills once the grace is over that the run was made with, and leaves its words too', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: stubborn, limits: { startMs: null, runMs: null, graceMs: 1000 } });
      await attempt.printed('begun');
      await attempt.stop(1000);
      expect(await attempt.outcome).toMatchObject({ class: 'signalled', signal: 'SIGKILL' });
      expect(await attempt.log()).toMatch(/^begun\n(staying\n)+$/);
      expect((await cluster().admin.pod(attempt.handle)).metadata.deletionTimestamp).toBeUndefined();
    });

    it('with less than that grace kills after it all the same; what was followed of the log is whole', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: stubborn });
      const log = attempt.follow();
      await until(async () => log.text().includes('begun'), 'it to begin');
      const begun = performance.now();
      await attempt.stop(500);
      expect(performance.now() - begun).toBeLessThan(15_000);
      expect(await attempt.outcome).toMatchObject({ class: 'signalled', signal: 'SIGKILL' });
      expect(await log.whole).toMatch(/^begun\n(staying\n)+(runyard: .*\n)?$/);
    });

    it('by removing it is ours too: who waits for it is told how it ended', async () => {
      await using attempts = await openAttempts(cluster());
      const all = await Promise.all(Array.from({ length: 4 }, () => attempts.begin({ sh: polite })));
      await Promise.all(all.map((attempt) => attempt.printed('begun')));
      await Promise.all(all.map(({ handle }) => attempts.executor.remove(handle, attempts.signal)));
      for (const { outcome } of all) expect(await outcome).toMatchObject({ class: 'exited', code: 5 });
    });

    it('of what waits for a node takes it away at once, and it never runs', async () => {
      await using attempts = await openAttempts(cluster());
      const size = { name: 'huge', cpu: 100_000, memoryBytes: 2 ** 27, gpu: null };
      const attempt = await attempts.begin({ sh: 'echo ran', size });
      await until(
        async () => /Insufficient cpu/.test(attempt.progress.at(-1)?.sentence ?? ''),
        'the scheduler to say no',
      );
      await attempt.stop(60_000);
      expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'stopped-before-start' });
      expect(await cluster().admin.job(attempt.handle)).toBeNull();
      expect(await cluster().admin.pods(attempt.handle)).toEqual([]);
      expect(attempt.progress.some(({ state }) => state === 'running')).toBe(false);
    });

    it('that a kubelet does not hear deletes, and is over only when the pod is gone', async ({ skip }) => {
      standIn(cluster(), skip, 'it needs a kubelet that does not hear');
      await using attempts = await openAttempts(cluster(), { allowTolerations: true, stopMarginMs: 500 });
      const limits = { startMs: null, runMs: null, graceMs: 1000 };
      const attempt = await attempts.begin({ sh: stubborn, limits, job: { executorOptions: onNode('deaf') } });
      const log = attempt.follow();
      await until(async () => log.text().includes('begun'), 'it to begin');
      await attempt.stop(1000);
      expect([await cluster().admin.job(attempt.handle), await cluster().admin.pods(attempt.handle)]).toEqual([
        null,
        [],
      ]);
      expect(await attempt.outcome).toMatchObject({ class: 'signalled', signal: 'SIGKILL' });
      expect(await log.whole).toMatch(/^begun\n(staying\n)+(runyard: .*\n)?$/);
    });

    it('on a node that is lost is over only when the node is proved to be gone', async ({ skip }) => {
      const live = standIn(cluster(), skip, 'it takes a node away');
      await using attempts = await openAttempts(cluster(), { allowTolerations: true, stopMarginMs: 200 });
      const limits = { startMs: null, runMs: null, graceMs: 100 };
      const attempt = await attempts.begin({ sh: stubborn, limits, job: { executorOptions: onNode('lost') } });
      await attempt.printed('begun');
      live.loseNode('lost');
      let over = false;
      const stopping = attempt.stop(100).finally(() => {
        over = true;
      });
      await until(
        async () => (await cluster().admin.job(attempt.handle))?.metadata.deletionTimestamp !== undefined,
        'the Job to be deleted',
      );
      expect([over, (await cluster().admin.pods(attempt.handle)).length]).toEqual([false, 1]);
      live.deleteNode('lost');
      await stopping;
      expect(await cluster().admin.pods(attempt.handle)).toEqual([]);
    });
  });

  describe('a Job that is suspended again after it ran', () => {
    /** How many pods it was given, ever. */
    const podsMade = async ({ uid }: K8sHandle): Promise<number> => {
      const { api } = cluster().admin;
      const path = paths(cluster().namespace).events;
      const { items } = await api.ask<List<EventObject>>({ method: 'GET', path, signal: new AbortController().signal });
      return items.filter(({ involvedObject, reason }) => involvedObject.uid === uid && reason === 'SuccessfulCreate')
        .length;
    };

    it('is deleted at once, and its attempt ends as nobody’s fault', async () => {
      await using attempts = await openAttempts(cluster());
      const attempt = await attempts.begin({ sh: polite });
      const log = attempt.follow();
      await until(async () => log.text().includes('begun'), 'it to begin');
      await cluster().admin.suspend(attempt.handle, true);
      expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'suspended' });
      expect([await cluster().admin.job(attempt.handle), await cluster().admin.pods(attempt.handle)]).toEqual([
        null,
        [],
      ]);
      expect(await log.whole).toMatch(/^begun\nleaving\n/);
      expect(await podsMade(attempt.handle)).toBe(1);
    });

    it('also where nobody waited for it then', async () => {
      await using attempts = await openAttempts(cluster());
      const { admin } = cluster();
      const launch = attempts.launch({ sh: polite });
      const handle = await attempts.prepare(launch);
      await attempts.executor.start(handle, { launch, signal: attempts.signal });
      await attempts.printed(handle, 'begun');
      await admin.suspend(handle, true);
      await until(async () => (await admin.pods(handle)).length === 0, 'its pod to be gone');
      await using others = await openAttempts(cluster());
      const outcome = await others.executor.wait(handle, { signal: others.signal, onProgress() {} });
      expect(outcome).toMatchObject({ class: 'infrastructure', reason: 'suspended' });
      expect(await admin.job(handle)).toBeNull();
      expect(await podsMade(handle)).toBe(1);
    });
  });
});
