import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { keyOf } from '../src/engine/carry-out.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { fixtureLaunch, installation } from './support/fixture-launch.ts';

// Two hosts, one after the other, over one store, one engine and one clock.
const shared = () => ({ store: memoryStore(), logStore: memoryLogStore() });
const another = (first: Awaited<ReturnType<typeof testRunyard>>) => scriptedExecutor(first.engine);

describe('the next host', () => {
  it('waits for a run that the last one left running, and executes nothing again', async () => {
    const parts = shared();
    await using first = await testRunyard({
      ...parts,
      script: () => exits(0, { runMs: 60_000, output: ['a\n', { atMs: 30_000, text: 'b\n' }] }),
    });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.clock.advance(10_000);
    await first.runyard.close();

    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      leaseEpoch: 2,
    });
    expect(first.engine.executions(`${id}.1`)).toHaveLength(1);
    let log = '';
    for await (const { text } of second.runyard.runs.logs(id, { follow: true })) log += text;
    expect(log).toBe('a\nb\n');
  });

  it('prepares again with the same key what was not recorded as prepared', async () => {
    const parts = shared();
    await using first = await testRunyard({ ...parts, script: () => ({ prepareMs: 60_000 }) });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.starting');
    await first.runyard.close();

    first.engine.script = () => ({});
    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
    });
    expect(first.engine.executions(`${id}.1`)).toHaveLength(1);
  });

  it('goes on from a run as it stands once it has the lease, not as it was read before', async () => {
    const parts = shared();
    await using first = await testRunyard({ ...parts, script: () => exits(0, { runMs: 60_000 }) });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.runyard.close();

    // The last host went on for a moment after it was read: it wrote the handle, and that it runs.
    const { adoptable } = parts.store;
    parts.store.adoptable = async (query) =>
      (await adoptable(query)).map(({ run, attempt, ...rest }) => ({
        ...rest,
        run: { ...run, state: 'starting', commits: null, startedAt: null },
        attempt: attempt && { ...attempt, state: 'preparing', handle: null, startedAt: null },
      }));
    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 120_000)).toMatchObject({
      state: 'succeeded',
    });
    expect(first.engine.executions(`${id}.1`)).toHaveLength(1);
  });

  it('keeps the run limit of a run that it adopted, counted from when it began to run', async () => {
    const parts = shared();
    await using first = await testRunyard({ ...parts, script: () => hangs() });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', limits: { runMs: 60_000 } });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.clock.advance(50_000);
    await first.runyard.close();

    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 30_000)).toMatchObject({ reason: 'timeout' });
    const [execution] = first.engine.executions(`${id}.1`);
    expect((execution?.to ?? 0) - (execution?.from ?? 0)).toBeLessThan(61_000);
  });

  it('goes on with a stop that was asked for', async () => {
    const parts = shared();
    await using first = await testRunyard({ ...parts, script: () => hangs({ termMs: 5000 }) });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.runyard.runs.cancel(id);
    await first.runyard.close();

    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    expect(await second.clock.advanceUntil(second.runyard.runs.wait(id), 60_000)).toMatchObject({
      reason: 'cancelled-by-user',
    });
  });

  it('fires what was missed while no host was up, by the rule of the job, and once', async () => {
    const parts = shared();
    await using first = await testRunyard(parts);
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '0 * * * *' } });
    await first.runyard.close();
    await first.clock.advance(5.5 * 3_600_000);

    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { scripted: another(first) } });
    await second.events.waitFor('run.succeeded');
    const rows = await second.runyard.jobs.occurrences(job.id);
    expect(rows.map(({ reason, count }) => [reason, count])).toEqual([
      ['missed-window', 4],
      [null, 1],
    ]);
    expect(first.engine.executions()).toHaveLength(1);
  });
});

describe('the sweeper', () => {
  it('removes what is inert, ours and unknown, after a grace period', async () => {
    await using t = await testRunyard({ store: memoryStore({ installation }) });
    const executor = another(t);
    await executor.prepare(fixtureLaunch('ab'.repeat(16)), AbortSignal.timeout(1000));
    expect(t.engine.left()).toHaveLength(1);
    await t.clock.advance(59_000);
    expect(t.engine.left()).toHaveLength(1);
    await t.clock.advance(15 * 60_000);
    expect(t.engine.left()).toEqual([]);
  });

  it('reports what runs and is unknown, once, and leaves it alone', async () => {
    await using t = await testRunyard({ store: memoryStore({ installation }), script: () => hangs() });
    const executor = another(t);
    const launch = fixtureLaunch('cd'.repeat(16));
    const signal = AbortSignal.timeout(5000);
    await executor.start(await executor.prepare(launch, signal), { launch, signal });
    await t.clock.advance(60 * 60_000);
    expect(t.events.all('error').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/does not know it.*left alone/),
    ]);
    expect(t.engine.left()).toHaveLength(1);
  });

  it('leaves the attempts of runs that are active', async () => {
    await using t = await testRunyard({ store: memoryStore({ installation }), script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(60 * 60_000);
    const [attempt] = (await t.runyard.runs.get(id)).attempts;
    expect(attempt && keyOf(attempt)).toBe(`${id}.1`);
    expect((await t.runyard.runs.get(id)).state).toBe('running');
    await t.runyard.runs.cancel(id);
    await t.clock.settled(t.runyard.runs.wait(id));
  });
});
