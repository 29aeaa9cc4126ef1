import { describe, expect, it } from 'vitest';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs, ignoresTerm } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { seededEntropy } from '../src/testing/seeded-entropy/seeded-entropy.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;
const textOf = async (lines: AsyncIterable<{ text: string; stream: string }>): Promise<string> => {
  let text = '';
  for await (const line of lines) if (line.stream !== 'phase') text += line.text;
  return text;
};

describe('a start', () => {
  it('ends in one terminal state with a reason, and nothing is left of its attempt', async () => {
    await using t = await testRunyard({ script: () => exits(0, { output: ['hello\n'] }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.settled(t.runyard.runs.wait(id));
    await t.events.waitFor('attempt.disposed');
    expect(run).toMatchObject({ state: 'succeeded', reason: 'completed', trigger: 'manual', attempt: 1 });
    expect((await t.runyard.runs.get(id)).attempts).toMatchObject([
      { state: 'disposed', outcome: { class: 'exited', code: 0 } },
    ]);
    expect(await textOf(t.runyard.runs.logs(id))).toBe('hello\n');
    expect(t.engine.left()).toEqual([]);
  });

  it('announces each state after it is durable, in order', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id));
    await t.events.waitFor('attempt.disposed');
    expect(t.events.recorded.map(({ name }) => name)).toEqual([
      'job.changed',
      'run.queued',
      'run.starting',
      'attempt.started',
      'run.running',
      'attempt.ended',
      'run.succeeded',
      'attempt.disposed',
    ]);
  });

  it('is retried with a new key after its delay, and the logs of all attempts are one', async () => {
    await using t = await testRunyard({
      script: ({ key }) => exits(key.endsWith('.3') ? 0 : 1, { output: [`${key.slice(33)}\n`] }),
    });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', backoff: { limit: 2 } });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 3, failures: 2 });
    expect(t.engine.executions().map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `${id}.${n}`));
    expect(t.clock.monotonic()).toBeGreaterThanOrEqual(30_000);
    expect(await textOf(t.runyard.runs.logs(id))).toBe('1\n2\n3\n');
  });

  it('with a key that was used is the run of before', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const [one, two] = await Promise.all(
      [1, 2].map(() => t.runyard.jobs.start(job.id, { idempotencyKey: 'deploy-7' })),
    );
    expect(one?.id).toBe(two?.id);
    expect((await t.runyard.runs.list({ jobId: job.id })).items).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  it('that holds NUL is refused', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    await expect(t.runyard.jobs.start(job.id, { idempotencyKey: 'deploy\0' })).rejects.toMatchObject({
      code: 'invalid-request',
      field: 'idempotencyKey',
    });
  });

  it('is remembered for 24 h', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const start = async () => (await t.runyard.jobs.start(job.id, { idempotencyKey: 'deploy-7' })).id;
    const first = await start();
    await t.clock.advance(24 * 60 * minute - 1);
    expect(await start()).toBe(first);
    await t.clock.advance(1);
    const [one, two] = await Promise.all([start(), start()]);
    expect(one).toBe(two);
    expect(one).not.toBe(first);
    expect(await start()).toBe(one);
  });
});

describe('the end of a run', () => {
  it('is timeout when the run limit passes: TERM, and KILL after the grace', async () => {
    await using t = await testRunyard({ script: () => ignoresTerm() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { runMs: 5000, graceMs: 2000 } });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
    expect(run).toMatchObject({ state: 'failed', reason: 'timeout' });
    const [execution] = t.engine.executions(`${id}.1`);
    expect((execution?.to ?? 0) - (execution?.from ?? 0)).toBe(7000);
  });

  it('is a retry when the run limit passes and one is left, which runs to its end', async () => {
    await using t = await testRunyard({ script: ({ key }) => (key.endsWith('.1') ? hangs() : exits(0)) });
    const job = await t.runyard.jobs.create({
      name: 'a',
      command: 'x',
      limits: { runMs: 5000 },
      backoff: { limit: 1 },
    });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1, stop: null });
  });

  it('is cancelled-by-user when that is asked for while a timeout, after which it would be retried, is stopping it', async () => {
    await using t = await testRunyard({ script: () => ignoresTerm() });
    const limits = { runMs: 5000, graceMs: 10_000 };
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits, backoff: { limit: 3 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(6000);
    expect((await t.runyard.runs.get(id)).state).toBe('stopping');
    await t.runyard.runs.cancel(id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
    expect(run).toMatchObject({ state: 'cancelled', reason: 'cancelled-by-user', attempt: 1 });
  });

  it('is replaced when a newer run comes while a timeout is stopping it, or it waits to be tried again', async () => {
    await using t = await testRunyard({ script: ({ key }) => (key.endsWith('.1') ? ignoresTerm() : exits(0)) });
    const limits = { runMs: 5000, graceMs: 10_000 };
    const policy = { concurrencyPolicy: 'Replace', backoff: { limit: 3, initialMs: 60_000 } } as const;
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits, ...policy });
    const first = await t.runyard.jobs.start(job.id);
    await t.clock.advance(6000);
    const second = await t.runyard.jobs.start(job.id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(first.id), 20_000)).toMatchObject({ reason: 'replaced' });
    await t.clock.advance(20_000);
    expect(await t.runyard.runs.get(second.id)).toMatchObject({ state: 'queued', attempt: 1 });
    await t.runyard.jobs.start(job.id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(second.id), 1000)).toMatchObject({ reason: 'replaced' });
  });

  it('is start-deadline when it does not run in time, also while its engine makes it wait', async () => {
    await using t = await testRunyard({ script: () => ({ waiting: { ms: 1e9, sentence: 'no machine is free' } }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { startMs: 4000 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(1000);
    expect((await t.runyard.runs.get(id)).sentence).toBe('no machine is free');
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000)).toMatchObject({
      state: 'failed',
      reason: 'start-deadline',
    });
  });

  it('is cancelled-by-user on request, and a second request is refused once it has ended', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    await t.runyard.runs.cancel(id);
    expect(await t.clock.settled(t.runyard.runs.wait(id))).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled-by-user',
    });
    await expect(t.runyard.runs.cancel(id)).rejects.toMatchObject({ code: 'run-ended' });
  });

  it('is cancelled without a trace at the engine when it is asked during prepare', async () => {
    await using t = await testRunyard({ script: () => ({ prepareMs: 10_000 }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.starting');
    await t.runyard.runs.cancel(id);
    expect(await t.clock.settled(t.runyard.runs.wait(id))).toMatchObject({ state: 'cancelled' });
    expect(t.engine.executions()).toEqual([]);
  });

  it('never comes from silence: a run at an engine that does not answer stays active and says so', async () => {
    await using t = await testRunyard({ script: () => ({ runMs: 60_000 }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    t.engine.goAway();
    await t.clock.advance(3_600_000);
    expect(await t.runyard.runs.get(id)).toMatchObject({
      state: 'running',
      sentence: expect.stringMatching(/does not answer/),
    });
    t.engine.comeBack();
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 120_000)).toMatchObject({ state: 'succeeded' });
  });

  it('is retried on its own budget when the engine lost it, and not on the backoff limit', async () => {
    await using t = await testRunyard({
      script: ({ key }) => (key.endsWith('.1') ? hangs({ vanishesAfterMs: 10 }) : {}),
    });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', backoff: { limit: 0 } });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, failures: 0, infrastructureFailures: 1 });
  });
});

describe('many runs', () => {
  it('at an executor whose launches hang do not hold up those at another', async () => {
    const clock = new ManualClock();
    const slow = new ScriptedEngine({ clock, place: 'slow', script: () => ({ prepareMs: 1e9 }) });
    await using t = await testRunyard({ clock, executors: { slow: scriptedExecutor(slow) } });
    const stuck = await t.runyard.jobs.create({ name: 'stuck', command: 'x', executor: 'slow' });
    for (let i = 0; i < 200; i++) await t.runyard.jobs.start(stuck.id);
    const quick = await t.runyard.jobs.create({ name: 'quick', command: 'x' });
    const { id } = await t.runyard.jobs.start(quick.id);
    expect(await t.clock.settled(t.runyard.runs.wait(id))).toMatchObject({ state: 'succeeded' });
  });

  it('that wait behind 1000 others can be cancelled at once', async () => {
    await using t = await testRunyard({ script: () => ({ prepareMs: 1e9 }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const runs = await Promise.all(Array.from({ length: 1000 }, () => t.runyard.jobs.start(job.id)));
    const last = runs.at(-1)?.id ?? '';
    await t.runyard.runs.cancel(last);
    expect(await t.clock.settled(t.runyard.runs.wait(last))).toMatchObject({ state: 'cancelled', attempt: 0 });
  });
});

describe('a fault that nobody foresaw', () => {
  it('leaves no run that nobody looks after: it is taken up again', async () => {
    const seeded = seededEntropy(1);
    let faults = 0;
    const entropy = {
      id: seeded.id,
      // Asked while a run is settled, where nothing may throw.
      random(): number {
        if (faults++ === 0) throw new TypeError('a bug');
        return seeded.random();
      },
    };
    await using t = await testRunyard({ entropy });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(t.engine.executions(`${id}.1`)).toHaveLength(1);
    expect(t.events.all('error').map(({ sentence }) => sentence)).toEqual([expect.stringMatching(/taken up again/)]);
  });
});

describe('the concurrency policy', () => {
  it('Forbid refuses a start with the run in the way and leaves no run', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', concurrencyPolicy: 'Forbid' });
    const first = await t.runyard.jobs.start(job.id);
    await expect(t.runyard.jobs.start(job.id)).rejects.toMatchObject({ code: 'forbidden-overlap', id: first.id });
    expect((await t.runyard.runs.list({ jobId: job.id })).items).toHaveLength(1);
    expect((await t.runyard.jobs.start(job.id, { concurrencyPolicy: 'Allow' })).state).toBe('queued');
  });

  it('Forbid admits one of many starts at once', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', concurrencyPolicy: 'Forbid' });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => t.runyard.jobs.start(job.id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('Forbid skips a due instant while a run is active, with a run and a row that say so', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const job = await t.runyard.jobs.create({
      name: 'a',
      command: 'x',
      concurrencyPolicy: 'Forbid',
      schedule: { cron: '* * * * *' },
    });
    await t.clock.advance(2 * minute);
    const skipped = await t.events.waitFor('run.skipped');
    expect(skipped.run).toMatchObject({ reason: 'forbidden-overlap', trigger: 'schedule' });
    const rows = await t.runyard.jobs.occurrences(job.id);
    expect(rows.map(({ reason }) => reason)).toEqual([null, 'forbidden-overlap']);
    expect(rows[1]?.runId).toBe(skipped.run.id);
  });

  it('Replace stops the active run first and admits the new one only when it is proved gone', async () => {
    await using t = await testRunyard({ script: () => ignoresTerm() });
    const job = await t.runyard.jobs.create({
      name: 'a',
      command: 'x',
      concurrencyPolicy: 'Replace',
      limits: { graceMs: 3000 },
    });
    const first = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    const second = await t.runyard.jobs.start(job.id);
    await t.clock.advance(2999);
    expect((await t.runyard.runs.get(second.id)).state).toBe('queued');
    await t.clock.advance(1000);
    expect(await t.runyard.runs.get(first.id)).toMatchObject({ state: 'cancelled', reason: 'replaced' });
    expect((await t.runyard.runs.get(second.id)).state).toBe('running');
    const [a, b] = t.engine.executions();
    expect(b?.from).toBeGreaterThanOrEqual(a?.to ?? Number.POSITIVE_INFINITY);
  });

  it('Replace ends runs at once that were not started', async () => {
    await using t = await testRunyard({ script: () => ignoresTerm() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', concurrencyPolicy: 'Replace' });
    await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    const second = await t.runyard.jobs.start(job.id);
    await t.runyard.jobs.start(job.id);
    expect(await t.clock.settled(t.runyard.runs.wait(second.id))).toMatchObject({
      state: 'cancelled',
      reason: 'replaced',
      attempt: 0,
    });
  });
});

describe('a schedule', () => {
  it('fires each instant once and records it', async () => {
    await using t = await testRunyard({ now: Date.UTC(2024, 0, 1) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '*/5 * * * *' } });
    await t.clock.advance(30 * minute);
    const rows = await t.runyard.jobs.occurrences(job.id);
    expect(rows.map(({ from, reason }) => [(from - Date.UTC(2024, 0, 1)) / minute, reason])).toEqual(
      [5, 10, 15, 20, 25, 30].map((at) => [at, null]),
    );
    expect(t.engine.executions()).toHaveLength(6);
    expect((await t.runyard.runs.list({ jobId: job.id })).items.map(({ dueAt }) => dueAt)).toEqual(
      rows.map(({ from }) => from).toReversed(),
    );
  });

  it('does not fire while paused, keeps one row for it, and resuming fires nothing of the past', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '* * * * *' } });
    expect((await t.runyard.jobs.pause(job.id, { note: 'holiday' })).nextFireAt).toBeNull();
    await t.clock.advance(5 * minute);
    await t.runyard.jobs.resume(job.id);
    await t.clock.advance(minute);
    const rows = await t.runyard.jobs.occurrences(job.id);
    expect(rows.filter(({ reason }) => reason === 'paused').reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(t.engine.executions()).toHaveLength(1);
  });

  it('fires nothing retroactively when it is edited', async () => {
    await using t = await testRunyard({ now: Date.UTC(2024, 0, 1, 0, 30) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '0 3 * * *' } });
    await t.runyard.jobs.update(job.id, { schedule: { cron: '0 0 * * *' } });
    await t.clock.advance(60 * minute);
    expect(t.engine.executions()).toEqual([]);
    expect(await t.runyard.jobs.preview(job.id, 1)).toEqual([Date.UTC(2024, 0, 2)]);
  });

  it('of the other jobs goes on when a job is removed', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const gone = await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '* * * * *' } });
    await t.clock.advance(minute);
    await expect(t.runyard.jobs.remove(gone.id)).rejects.toMatchObject({ code: 'job-active' });
    await t.runyard.jobs.remove(gone.id, { allowActive: true });
    const [run] = (await t.runyard.runs.list()).items;
    expect(await t.clock.settled(t.runyard.runs.wait(run?.id ?? ''))).toMatchObject({
      state: 'cancelled',
      reason: 'job-removed',
    });
    await expect(t.runyard.jobs.get(gone.id)).rejects.toMatchObject({ code: 'job-not-found' });
    await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '* * * * *' } });
    await t.clock.advance(minute);
    expect(t.engine.executions()).toHaveLength(2);
  });
});

describe('apply', () => {
  it('creates, then does nothing where nothing changed, then updates, then prunes what it made', async () => {
    await using t = await testRunyard();
    const { jobs } = t.runyard;
    const byHand = await jobs.create({ name: 'by-hand', command: 'x' });
    const nightly = { name: 'nightly', command: 'x', schedule: { cron: '@every 1h' } };
    expect((await jobs.apply([nightly, { name: 'b', command: 'y' }])).map(({ change }) => change)).toEqual([
      'created',
      'created',
    ]);
    const [first] = await jobs.apply(nightly);
    expect(first?.change).toBe('unchanged');
    await t.clock.advance(30 * minute);
    const [second] = await jobs.apply({ ...nightly, command: 'z' });
    expect(second).toMatchObject({ change: 'updated', job: { revision: 2, nextFireAt: first?.job.nextFireAt } });
    expect((await jobs.apply({ ...nightly, command: 'z' }, { prune: true })).map(({ change }) => change)).toEqual([
      'unchanged',
      'removed',
    ]);
    expect((await jobs.list()).items.map(({ spec }) => spec.name).toSorted()).toEqual([byHand.spec.name, 'nightly']);
  });

  it('leaves a pause that was set by hand', async () => {
    await using t = await testRunyard();
    const input = { name: 'a', command: 'x', schedule: { cron: '@daily' } };
    const [applied] = await t.runyard.jobs.apply(input);
    await t.runyard.jobs.pause(applied?.job.id ?? '');
    const [again] = await t.runyard.jobs.apply({ ...input, command: 'y' });
    expect(again?.job.pause).not.toBeNull();
  });

  it('is safe from several callers at once', async () => {
    await using t = await testRunyard();
    const results = await Promise.all([1, 2, 3].map(() => t.runyard.jobs.apply({ name: 'a', command: 'x' })));
    expect(
      results
        .flat()
        .map(({ change }) => change)
        .toSorted(),
    ).toEqual(['created', 'unchanged', 'unchanged']);
  });
});

describe('a principal', () => {
  it('sees and starts only what is its own; the rest is not there', async () => {
    await using t = await testRunyard();
    const ann = t.runyard.as({ kind: 'user', id: 'ann', groups: ['ml'] });
    const bob = t.runyard.as({ kind: 'user', id: 'bob' });
    const job = await ann.jobs.create({ name: 'a', command: 'x' });
    expect(job.spec.owner).toBe('user:ann');
    await ann.jobs.create({ name: 'b', command: 'x', owner: 'group:ml' });
    expect((await ann.jobs.list()).items).toHaveLength(2);
    expect((await bob.jobs.list()).items).toEqual([]);
    await expect(bob.jobs.start(job.id)).rejects.toMatchObject({ code: 'job-not-found' });
    await expect(bob.jobs.create({ name: 'c', command: 'x', owner: 'group:ml' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('with scopes does only what they allow', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const trigger = t.runyard.as({ kind: 'token', id: 'ci', admin: true, scopes: ['jobs:start'] });
    expect((await trigger.jobs.start(job.id)).requestedBy).toBe('ci');
    await expect(trigger.jobs.update(job.id, { command: 'y' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
