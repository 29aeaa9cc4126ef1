import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const job = { name: 'late', executor: 'function', command: ['late', 'a'] };

describe('runyard.define', () => {
  it('gives functionExecutor a function that was made after it', async () => {
    await using t = await testRunyard();
    await expect(t.runyard.jobs.create(job)).rejects.toMatchObject({ code: 'unknown-function' });
    const called: (readonly string[])[] = [];
    t.runyard.define('late', ({ args }) => called.push(args));
    const { id } = await t.runyard.jobs.create(job);
    const run = await t.runyard.jobs.start(id);
    expect(await t.clock.settled(t.runyard.runs.wait(run.id))).toMatchObject({ state: 'succeeded' });
    expect(called).toEqual([['a']]);
  });

  it('refuses a name that was defined already, and forgets one that was taken away', async () => {
    await using t = await testRunyard();
    const first = t.runyard.define('late', () => {});
    expect(() => t.runyard.define('late', () => {})).toThrow('A function "late" was defined already');
    const { id } = await t.runyard.jobs.create(job);
    first();
    const run = await t.runyard.jobs.start(id);
    expect(await t.clock.settled(t.runyard.runs.wait(run.id))).toMatchObject({
      state: 'failed',
      reason: 'unknown-function',
    });
    t.runyard.define('late', () => {});
    first();
    expect(() => t.runyard.define('late', () => {})).toThrow('defined already');
  });

  it('is found by a run whichever instance takes it up first, as long as one has it', async () => {
    const store = { ...memoryStore(), watch: () => {} };
    await using old = await testRunyard({ store });
    await using young = await testRunyard({ store, clock: old.clock });
    const called: (readonly string[])[] = [];
    young.runyard.define('late', ({ args }) => called.push(args));
    const { id } = await young.runyard.jobs.create(job);
    const queued = old.events.waitFor('run.queued', ({ run }) => run.attempt === 1);
    const run = await old.runyard.jobs.start(id);
    expect((await queued).run.sentence).toContain('Another instance may have it.');
    await old.runyard.close();
    const ended = young.runyard.runs.wait(run.id);
    await young.clock.advance(15_000);
    expect(await young.clock.settled(ended)).toMatchObject({ state: 'succeeded' });
    expect(called).toEqual([['a']]);
  });

  it("does not stand in for an executor's own function", async () => {
    const called: string[] = [];
    const executors = { function: functionExecutor({ functions: { late: () => called.push('own') } }) };
    await using t = await testRunyard({ executors });
    t.runyard.define('late', () => called.push('defined'));
    const { id } = await t.runyard.jobs.create(job);
    await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(id)).id));
    expect(called).toEqual(['own']);
  });
});
