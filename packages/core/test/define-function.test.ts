import { describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
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
