import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunyardError, type Listed } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { type Attempts, openAttempts } from '../support/attempts.ts';
import { apiLine } from '../support/cluster/api-line.ts';
import { counting, numbersIn, polite, upTo } from '../support/commands.ts';
import { until } from '../support/until.ts';
import { describeOnCluster, useCluster } from '../support/use-cluster.ts';

const listed = async ({ executor, signal }: Attempts, installation: string): Promise<Listed[]> => {
  const all: Listed[] = [];
  for await (const one of executor.list?.(installation, signal) ?? []) all.push(one);
  return all;
};

const installations = () => [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')] as const;

describeOnCluster('hosts on one namespace:', () => {
  const cluster = useCluster();

  describe('two installations', () => {
    it('see each its own attempts, and what one removes leaves the other’s alone', async () => {
      const [one, other] = installations();
      await using first = await openAttempts(cluster(), { installation: one });
      await using second = await openAttempts(cluster(), { installation: other });
      expect(await first.executor.place(first.signal)).toBe(await second.executor.place(second.signal));
      const [mine, yours] = await Promise.all([first.begin({ sh: polite }), second.begin({ sh: polite })]);
      await Promise.all([mine.printed('begun'), yours.printed('begun')]);
      const found = async (by: Attempts, installation: string) =>
        (await listed(by, installation)).map(({ handle, state }) => [handle, state]);
      expect(await found(first, one)).toEqual([[mine.handle, 'running']]);
      expect(await found(second, other)).toEqual([[yours.handle, 'running']]);
      await first.executor.remove(mine.handle, first.signal);
      expect([await found(first, one), await found(second, other)]).toEqual([[], [[yours.handle, 'running']]]);
      await yours.stop(15_000);
      expect(await yours.outcome).toMatchObject({ class: 'exited', code: 5 });
    });

    it('that made the same key do not take each other’s attempt', async () => {
      const [one, other] = installations();
      await using first = await openAttempts(cluster(), { installation: one });
      await using second = await openAttempts(cluster(), { installation: other });
      const launch = first.launch({ sh: 'echo ran' });
      const handle = await first.prepare(launch);
      const refused = second.prepare({ ...launch, installation: other });
      await expect(refused).rejects.toMatchObject({ code: 'executor-conflict' });
      await first.executor.start(handle, { launch, signal: first.signal });
      expect(await first.executor.wait(handle, { signal: first.signal, onProgress() {} })).toMatchObject({ code: 0 });
    });
  });

  describe('an API server that is away for a while', () => {
    const couldNotAsk = (error: unknown): boolean => isRunyardError(error) && error.code === 'executor-unavailable';

    it('ends nothing: it is waited on, and the log is whole, each line once', async () => {
      await using line = await apiLine(cluster().kubeConfig);
      await using attempts = await openAttempts(cluster(), { kubeConfig: line.kubeConfig, callTimeoutMs: 300 });
      const attempt = await attempts.begin({ sh: counting });
      const log = attempt.follow();
      await until(async () => log.text().includes('5\n'), 'it to count');
      let over = false;
      const ended = attempt.outcome.finally(() => {
        over = true;
      });
      for (let times = 0; times < 2; times++) {
        await line.cut();
        await sleep(600);
        expect(over).toBe(false);
        await line.mend();
        const seen = log.text().length;
        await until(async () => log.text().length > seen, 'the log to go on');
      }
      await attempt.stop(15_000);
      expect(await ended).toMatchObject({ class: 'exited', code: 7 });
      const text = await log.whole;
      expect(text).toBe(`${upTo(numbersIn(text).length).join('\n')}\nleaving\n`);
    });

    it('tells afterwards how that ended which ended meanwhile', async () => {
      await using line = await apiLine(cluster().kubeConfig);
      await using attempts = await openAttempts(cluster(), { kubeConfig: line.kubeConfig, callTimeoutMs: 300 });
      const attempt = await attempts.begin({ sh: 'echo begun; sleep 0.5; echo done; exit 4' });
      await attempt.printed('begun');
      await line.cut();
      const { admin } = cluster();
      await until(async () => (await admin.pod(attempt.handle)).status?.phase === 'Failed', 'it to end');
      await line.mend();
      expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 4 });
      expect(await attempt.log()).toBe('begun\ndone\n');
    });

    it('lets what is to begin wait, and begin once', async () => {
      await using line = await apiLine(cluster().kubeConfig);
      await using attempts = await openAttempts(cluster(), { kubeConfig: line.kubeConfig, callTimeoutMs: 300 });
      const { executor, signal } = attempts;
      const [launch, later] = [attempts.launch({ sh: 'echo ran' }), attempts.launch({ sh: 'echo ran' })];
      const handle = await attempts.prepare(launch);
      await line.cut();
      await expect(executor.start(handle, { launch, signal })).rejects.toSatisfy(couldNotAsk);
      await expect(attempts.prepare(later)).rejects.toSatisfy(couldNotAsk);
      await line.mend();
      expect((await cluster().admin.job(handle))?.spec.suspend).toBe(true);
      await executor.start(handle, { launch, signal });
      const outcome = await executor.wait(handle, { signal, onProgress() {} });
      expect([outcome, await attempts.log(handle)]).toMatchObject([{ class: 'exited', code: 0 }, 'ran\n']);
      expect(await attempts.run(later)).toMatchObject({ outcome: { class: 'exited', code: 0 }, log: 'ran\n' });
    });
  });
});
