import { createHook } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { processExecutor } from '../src/adapters/process-executor/process-executor.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { createRunyard } from '../src/create-runyard.ts';
import { RunyardError } from '../src/domain/errors.ts';
import type { Host } from '../src/ports/host.ts';
import type { JobFunction } from '../src/ports/job-function.ts';
import type { Store } from '../src/ports/store.ts';
import { EventRecorder } from '../src/testing/event-recorder/event-recorder.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { temporaryHost } from './temporary-host.ts';

// A function that ends when it is told to.
const obedient: JobFunction = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('stop', () => {
  it('ends functions and launches nothing more, and everything is there to be read and changed until close', async () => {
    const store = memoryStore();
    const reasons: unknown[] = [];
    const job: JobFunction = ({ signal }) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          resolve();
        });
      });
    let calls = 0;
    const after: JobFunction = () => {
      calls++;
    };
    const executors = { function: functionExecutor({ functions: { job, after } }) };
    await using first = await testRunyard({ store, executors, defaultExecutor: 'function' });
    const { runyard, clock, events } = first;
    const { id: jobId } = await runyard.jobs.create({ name: 'a', command: ['job'] });
    const { id } = await runyard.jobs.start(jobId);
    await events.waitFor('run.running');
    await clock.settled(Promise.all([runyard.stop(), runyard.stop()]));
    expect(reasons).toHaveLength(1);
    expect(await runyard.runs.get(id)).toMatchObject({ state: 'succeeded' });

    const { id: afterId } = await runyard.jobs.create({ name: 'b', command: ['after'] });
    const later = await runyard.jobs.start(afterId);
    await clock.advance(60_000);
    expect(await runyard.runs.get(later.id)).toMatchObject({ state: 'queued' });
    await expect(runyard.start()).resolves.toBeUndefined();
    await clock.settled(runyard.close());
    await expect(runyard.jobs.list()).rejects.toMatchObject({ code: 'closed' });
    expect(calls).toBe(0);

    await using next = await testRunyard({ store, executors, defaultExecutor: 'function', clock });
    expect(await next.clock.settled(next.runyard.runs.wait(later.id))).toMatchObject({ state: 'succeeded' });
  });

  it('is for good: one that was never started is not started any more', async () => {
    await using host = await temporaryHost();
    await using runyard = await createRunyard({ dataDir: host.dataDir, autoStart: false });
    await runyard.stop();
    await expect(runyard.start()).rejects.toThrow('This Runyard was stopped and is not started again.');
    expect((await runyard.jobs.list()).items).toEqual([]);
  });
});

describe('close', () => {
  it.each(['run.queued', 'run.starting', 'run.running'] as const)(
    'with a function at %s waits for no time to pass, and the next host runs it again on the infrastructure budget',
    async (event) => {
      const store = memoryStore();
      let calls = 0;
      let job: JobFunction = obedient;
      const executors = {
        function: functionExecutor({
          functions: {
            job(ctx) {
              calls++;
              return job(ctx);
            },
          },
        }),
      };
      await using first = await testRunyard({ store, executors, defaultExecutor: 'function' });
      const { id: jobId } = await first.runyard.jobs.create({ name: 'a', command: ['job'] });
      const { id } = await first.runyard.jobs.start(jobId);
      await first.events.waitFor(event);
      // On a clock that stands still, any wait would last for ever.
      await first.clock.settled(first.runyard.close());

      job = () => {};
      await using next = await testRunyard({ store, executors, defaultExecutor: 'function', clock: first.clock });
      const run = await next.clock.advanceUntil(next.runyard.runs.wait(id), 120_000);
      expect(run).toMatchObject({ state: 'succeeded', failures: 0 });
      expect(calls).toBeLessThanOrEqual(2);
    },
  );

  it('is idempotent, and every method says afterwards that it is closed', async () => {
    await using host = await temporaryHost();
    const runyard = await createRunyard({ dataDir: host.dataDir, executors: { function: functionExecutor() } });
    await Promise.all([runyard.close(), runyard.close()]);
    await expect(runyard.jobs.list()).rejects.toMatchObject({ code: 'closed' });
    expect((await runyard.health()).status).toBe('closed');
  });

  it('lets a waiter know that the run goes on', async () => {
    await using host = await temporaryHost();
    const runyard = await createRunyard({ dataDir: host.dataDir });
    const events = new EventRecorder(runyard);
    const job = await runyard.jobs.create({ name: 'a', command: 'sleep 1' });
    const { id } = await runyard.jobs.start(job.id);
    await events.waitFor('run.running');
    const waiting = runyard.runs.wait(id);
    const [outcome] = await Promise.allSettled([waiting, runyard.close()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
    await using next = await createRunyard({ dataDir: host.dataDir });
    expect(await next.runs.wait(id)).toMatchObject({ state: 'succeeded' });
  });

  it('lets a waiter know that also where the store is closed while it is asked', async () => {
    await using host = await temporaryHost();
    let isGone = false;
    const store = (of: Host): Store => {
      const real = sqliteStore()(of);
      const gone = () => Promise.reject(new RunyardError('store-unavailable', 'The thread has ended.'));
      return { ...real, run: (id) => (isGone ? gone() : real.run(id)) };
    };
    const executors = { function: functionExecutor({ functions: { obedient } }) };
    const runyard = await createRunyard({ dataDir: host.dataDir, store, executors });
    const job = await runyard.jobs.create({ name: 'a', command: ['obedient'] });
    const { id } = await runyard.jobs.start(job.id);
    const waiting = runyard.runs.wait(id);
    await runyard.stop();
    // Whoever waits has looked again by then.
    await runyard.runs.get(id);
    const closed = runyard.close();
    isGone = true;
    const [outcome] = await Promise.allSettled([waiting, closed]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
  });

  it('with drain waits for the runs', async () => {
    await using host = await temporaryHost();
    const runyard = await createRunyard({ dataDir: host.dataDir });
    const events = new EventRecorder(runyard);
    const job = await runyard.jobs.create({ name: 'a', command: 'sleep 0.5' });
    await runyard.jobs.start(job.id);
    await events.waitFor('run.running');
    await runyard.close({ drain: true });
    expect(events.all('run.succeeded')).toHaveLength(1);
  });

  it('leaves no timer behind, not even one that would not keep the process alive', async () => {
    await using host = await temporaryHost();
    const timers = new Map<number, string>();
    const hook = createHook({
      init(id, type) {
        if (type === 'Timeout') timers.set(id, new Error('made here').stack ?? '');
      },
      destroy: (id) => void timers.delete(id),
    }).enable();
    try {
      const runyard = await createRunyard({
        dataDir: host.dataDir,
        executors: { process: processExecutor(), function: functionExecutor({ functions: { job: obedient } }) },
      });
      const events = new EventRecorder(runyard);
      const limits = { startMs: 60_000, runMs: 60_000 };
      const jobs = [
        { name: 'a', command: 'true', limits },
        { name: 'b', command: 'sleep 0.3', limits, schedule: { cron: '* * * * *' } },
        { name: 'c', command: ['job'], executor: 'function', limits },
      ];
      for (const job of jobs) await runyard.jobs.start((await runyard.jobs.create(job)).id);
      await events.waitFor('run.succeeded');
      await runyard.close();
      events.dispose();
      await expect.poll(() => [...timers.values()].filter((stack) => /packages.core.src/.test(stack))).toEqual([]);
      // The job that went on is ended by its next host.
      await using next = await createRunyard({ dataDir: host.dataDir });
      for (const { id } of (await next.runs.list({ states: ['starting', 'running'] })).items) {
        await next.runs.cancel(id);
        await next.runs.wait(id);
      }
      await next.close({ drain: true });
    } finally {
      hook.disable();
    }
  });

  it('leaves the data directory to another, which is refused until then', async () => {
    await using host = await temporaryHost();
    const first = await createRunyard({ dataDir: host.dataDir, executors: { function: functionExecutor() } });
    await first.close();
    await using second = await createRunyard({ dataDir: host.dataDir, executors: { function: functionExecutor() } });
    expect((await second.health()).status).toBe('ok');
  });
});
