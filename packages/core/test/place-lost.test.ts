import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { OnPlaceLost } from '../src/domain/job/job.ts';
import type { Executor } from '../src/ports/executor.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const minute = 60_000;

const running = async (t: TestRunyard, onPlaceLost?: OnPlaceLost): Promise<string> => {
  const job = await t.runyard.jobs.create({ name: 'a', command: 'x', ...(onPlaceLost && { onPlaceLost }) });
  const { id } = await t.runyard.jobs.start(job.id);
  await t.events.waitFor('run.running');
  return id;
};

const logOf = async (t: TestRunyard, id: string): Promise<string> => {
  let log = '';
  for await (const { text, stream } of t.runyard.runs.logs(id)) if (stream !== 'phase') log += text;
  return log;
};

describe('a run whose place is silent', () => {
  it('stays active, says so and since when, and goes on when the place answers', async () => {
    await using t = await testRunyard({ script: () => exits(0, { runMs: 60 * minute }) });
    const id = await running(t);
    t.engine.goAway();
    await t.clock.advance(30 * minute);
    const silent = await t.runyard.runs.get(id);
    expect(silent).toMatchObject({ state: 'running', sentence: expect.stringContaining('does not answer') });
    expect(silent.silentSince).toBeLessThan(t.clock.now() - 29 * minute);
    t.engine.comeBack();
    await t.clock.advance(minute);
    expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'running', sentence: null, silentSince: null });
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 60 * minute)).toMatchObject({ state: 'succeeded' });
  });

  it('says so too where the wait for it hangs rather than fails', async () => {
    const clock = new ManualClock();
    const engine = new ScriptedEngine({ clock, place: 'docker', script: () => hangs() });
    const executor = scriptedExecutor(engine);
    const hanging: Executor = {
      ...(executor as Executor),
      wait: (handle, options) =>
        new Promise((_, reject) => {
          options.onProgress({ state: 'running', at: clock.now() });
          options.signal.addEventListener('abort', () => reject(options.signal.reason));
          void handle;
        }),
    };
    await using t = await testRunyard({ clock, executors: { hanging } });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'hanging' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    engine.goAway();
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).sentence).toContain('does not answer');
    engine.comeBack();
    await clock.advance(minute);
    expect((await t.runyard.runs.get(id)).silentSince).toBe(null);
  });

  it('is not given up by itself, however long it takes', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const id = await running(t);
    t.engine.goAway();
    await t.clock.advance(24 * 60 * minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
  });
});

describe('abandoning a run', () => {
  it('ends it as failed, without a retry; when its place answers, what is left is stopped and its log kept', async () => {
    await using t = await testRunyard({
      script: () => hangs({ output: ['begun', { atMs: 60 * minute, text: 'late' }] }),
    });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', backoff: { limit: 3, infrastructureLimit: 3 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    t.engine.goAway();
    await t.clock.advance(minute);
    await t.runyard.runs.abandon(id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), minute);
    expect(run).toMatchObject({ state: 'failed', reason: 'abandoned', attempt: 1, stop: { by: 'system' } });
    expect((await t.runyard.runs.get(id)).attempts).toMatchObject([{ state: 'ended', outcome: { unproved: true } }]);

    await t.clock.advance(2 * 60 * minute);
    expect(t.engine.left()).toMatchObject([{ state: 'running' }]);
    t.engine.comeBack();
    await t.clock.advanceUntil(t.events.waitFor('attempt.disposed'), 10 * minute);
    expect(t.engine.left()).toEqual([]);
    expect(await logOf(t, id)).toBe('begun\nlate\n');
    expect((await t.runyard.runs.get(id)).state).toBe('failed');
  });

  it('is possible for one that was cancelled before and would not stop', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const id = await running(t);
    t.engine.goAway();
    await t.runyard.runs.cancel(id);
    await t.clock.advance(minute);
    expect((await t.runyard.runs.get(id)).state).toBe('stopping');
    await t.runyard.runs.abandon(id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), minute)).toMatchObject({ reason: 'abandoned' });
  });

  it('leaves what the next host finds at the place to that one', async () => {
    const parts = { store: memoryStore(), logStore: memoryLogStore() };
    const first = await testRunyard({ ...parts, script: () => hangs() });
    const { clock, engine } = first;
    const id = await running(first);
    engine.goAway();
    await first.runyard.runs.abandon(id);
    await clock.advanceUntil(first.runyard.runs.wait(id), minute);
    await first[Symbol.asyncDispose]();
    engine.comeBack();
    await using second = await testRunyard({ ...parts, clock, executors: { scripted: scriptedExecutor(engine) } });
    await clock.advanceUntil(second.events.waitFor('attempt.disposed'), minute);
    expect(engine.left()).toEqual([]);
  });

  it('is refused for a run that has ended', async () => {
    await using t = await testRunyard();
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.runyard.runs.wait(id);
    await expect(t.runyard.runs.abandon(id)).rejects.toMatchObject({ code: 'run-ended' });
  });
});

describe('onPlaceLost: assume-gone', () => {
  const gone: OnPlaceLost = { rule: 'assume-gone', afterMs: 10 * minute };

  it('takes the attempt for lost after that time, which is a failure of the infrastructure and retried', async () => {
    let attempts = 0;
    await using t = await testRunyard({ script: () => (++attempts === 1 ? hangs() : exits(0)) });
    const id = await running(t, gone);
    t.engine.goAway();
    await t.clock.advance(9 * minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
    await t.clock.advance(2 * minute);
    expect(await t.runyard.runs.get(id)).toMatchObject({ state: 'queued', infrastructureFailures: 1 });
    t.engine.comeBack();
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), 10 * minute)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
    });
    await t.clock.advance(2 * minute);
    expect(t.engine.left()).toEqual([]);
  });

  it('counts from the silence, not from a clock that is set forward, and anew after an answer', async () => {
    await using t = await testRunyard({ script: () => hangs() });
    const id = await running(t, gone);
    t.engine.goAway();
    await t.clock.advance(minute);
    t.clock.set(t.clock.now() + 60 * minute);
    await t.clock.advance(7 * minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
    t.engine.comeBack();
    await t.clock.advance(minute);
    t.engine.goAway();
    await t.clock.advance(8 * minute);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
  });
});

describe('a run of a dead instance whose place nobody serves', () => {
  // The place of each is its own, as that of local processes is.
  const orphaned = async (onPlaceLost?: OnPlaceLost) => {
    const parts = { store: memoryStore(), logStore: memoryLogStore() };
    const first = await testRunyard({ ...parts, script: () => hangs() });
    const id = await running(first, onPlaceLost);
    await first[Symbol.asyncDispose]();
    const elsewhere = new ScriptedEngine({ clock: first.clock, place: 'elsewhere' });
    const second = await testRunyard({
      ...parts,
      clock: first.clock,
      executors: { scripted: scriptedExecutor(elsewhere) },
    });
    return { id, first, second, elsewhere, parts };
  };

  it('stays active and says so, and is adopted by whoever serves its place', async () => {
    const { id, first, second, elsewhere, parts } = await orphaned();
    await using _ = second;
    await first.clock.advance(5 * minute);
    const told = await second.runyard.runs.get(id);
    expect(told).toMatchObject({ state: 'running', sentence: expect.stringContaining('no other serves its place') });
    expect(told.silentSince).toBeLessThan(first.clock.now() - 4 * minute);
    await using third = await testRunyard({
      ...parts,
      clock: first.clock,
      executors: { scripted: scriptedExecutor(first.engine) },
    });
    await first.clock.advance(minute);
    expect(await third.runyard.runs.get(id)).toMatchObject({ state: 'running', sentence: null, silentSince: null });
    expect(first.engine.executions(`${id}.1`)).toHaveLength(1);
    expect(elsewhere.executions()).toEqual([]);
  });

  it('is ended by any instance once it was abandoned', async () => {
    const { id, first, second } = await orphaned();
    await using _ = second;
    await first.clock.advance(minute);
    await second.runyard.runs.abandon(id);
    expect(await first.clock.advanceUntil(second.runyard.runs.wait(id), minute)).toMatchObject({
      state: 'failed',
      reason: 'abandoned',
    });
    expect((await second.runyard.runs.get(id)).attempts).toMatchObject([{ state: 'ended' }]);
  });

  it('is taken for gone where its job says so, and tried again where there is a place', async () => {
    const { id, first, second, elsewhere } = await orphaned({ rule: 'assume-gone', afterMs: 10 * minute });
    await using _ = second;
    await first.clock.advance(9 * minute);
    expect((await second.runyard.runs.get(id)).state).toBe('running');
    expect(await first.clock.advanceUntil(second.runyard.runs.wait(id), 5 * minute)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
    });
    expect(elsewhere.executions(`${id}.2`)).toHaveLength(1);
  });
});
