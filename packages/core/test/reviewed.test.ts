import { describe, expect, it } from 'vitest';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { RunyardError } from '../src/domain/errors.ts';
import { masker } from '../src/engine/masking/masker.ts';
import type { Executor } from '../src/ports/executor.ts';
import type { Store } from '../src/ports/store.ts';
import { exits, hangs, ignoresTerm } from '../src/testing/scripted-executor/behaviour.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { aJob } from './support/records.ts';

const minute = 60_000;
const logOf = async (
  t: TestRunyard,
  id: string,
  options: { tail?: number; follow?: boolean } = {},
): Promise<string> => {
  let text = '';
  for await (const line of t.runyard.runs.logs(id, options)) if (line.stream !== 'phase') text += line.text;
  return text;
};

describe('could not ask never becomes failed', () => {
  it.each(['run.starting', 'run.running'] as const)(
    'an executor that is not configured after a restart leaves a run that was at %s active, and says so',
    async (event) => {
      const parts = { store: { ...memoryStore(), kind: 'exclusive' } as Store, logStore: memoryLogStore() };
      const open = parts.store.open;
      parts.store.open = async () => ({ ...(await open()), exclusive: true });
      await using first = await testRunyard({
        ...parts,
        script: () => ({ prepareMs: event === 'run.starting' ? 500 : 0, runMs: minute }),
      });
      const job = await first.runyard.jobs.create({ name: 'a', command: 'x' });
      const { id } = await first.runyard.jobs.start(job.id);
      await first.events.waitFor(event);
      await first.runyard.close();

      const other = new ScriptedEngine({ clock: first.clock, place: 'other' });
      await using second = await testRunyard({
        ...parts,
        clock: first.clock,
        executors: { scripted: unconfigured(), other: scriptedExecutor(other) },
        defaultExecutor: 'other',
      });
      await second.clock.advance(10 * minute);
      expect(await second.runyard.runs.get(id)).toMatchObject({
        state: expect.stringMatching(/starting|running/),
        sentence: expect.stringMatching(/not configured|does not answer|Waiting/),
        failures: 0,
      });
      await second.clock.settled(second.runyard.close());
    },
  );

  it('a store that refuses one write does not disable a run limit', async () => {
    const store = memoryStore();
    const commit = store.commit;
    let refusals = 1;
    store.commit = async (batches) => {
      if (batches.flat().some(({ kind }) => kind === 'run.request-stop') && refusals-- > 0)
        throw new RunyardError('store-unavailable', 'The disk is full.');
      return commit(batches);
    };
    await using t = await testRunyard({ store, script: () => hangs() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { runMs: 500 } });
    const { id } = await t.runyard.jobs.start(job.id);
    expect(await t.clock.advanceUntil(t.runyard.runs.wait(id), minute)).toMatchObject({ reason: 'timeout' });
    expect(refusals).toBeLessThan(1);
  });
});

// An engine that nobody set up here: nothing can be asked of it.
const unconfigured = (): Executor => {
  const refuse = async (): Promise<never> => {
    throw new RunyardError('executor-unavailable', 'The executor is not configured here any more.');
  };
  const executor = scriptedExecutor(
    new ScriptedEngine({ clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} } }),
  );
  return {
    ...executor,
    place: refuse,
    prepare: refuse,
    start: refuse,
    inspect: refuse,
    wait: refuse,
    stop: refuse,
    remove: refuse,
  };
};

describe('secrets', () => {
  it('are masked in what an adopted run prints, too', async () => {
    const parts = { store: memoryStore(), logStore: memoryLogStore() };
    const secretProvider = { secret: async () => 'hunter2-secret' };
    const output = ['early hunter2-secret\n', { atMs: 30_000, text: 'late hunter2-secret\n' }];
    await using first = await testRunyard({
      ...parts,
      secretProvider,
      script: () => exits(0, { runMs: minute, output }),
    });
    const secrets = [{ name: 's', type: 'environment_variable' as const, location: 'S' }];
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', secrets });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.clock.advance(1000);
    await first.runyard.close();
    await using second = await testRunyard({
      ...parts,
      secretProvider,
      clock: first.clock,
      executors: { scripted: scriptedExecutor(first.engine) },
    });
    await second.clock.advanceUntil(second.runyard.runs.wait(id), 5 * minute);
    expect(await logOf(second, id)).toBe('early ***\nlate ***\n');
  });

  it('that begin like another leave nothing of it behind', () => {
    const mask = masker();
    mask.add(['abcd', 'abcd-1234-very-secret']);
    expect(mask.apply('x abcd-1234-very-secret abcd y')).toBe('x *** *** y');
  });
});

describe('close', () => {
  it('ends while an ended attempt cannot be removed', async () => {
    await using t = await testRunyard({
      executors: {
        stuck: ({ clock }) => ({
          ...scriptedExecutor(new ScriptedEngine({ clock, place: 'stuck' })),
          name: 'stuck',
          remove: () => Promise.reject(new Error('EBUSY')),
        }),
      },
    });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', executor: 'stuck' });
    await t.clock.settled(t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id));
    await t.clock.settled(t.runyard.close());
  });

  it('with drain fires nothing any more, so it ends', async () => {
    await using t = await testRunyard({ script: () => ({ runMs: 90_000 }) });
    await t.runyard.jobs.create({ name: 'a', command: 'x', schedule: { cron: '* * * * *' } });
    await t.clock.advance(minute);
    await t.events.waitFor('run.running');
    await t.clock.advanceUntil(t.runyard.close({ drain: true }), 10 * minute);
    expect(t.engine.executions()).toHaveLength(1);
  });
});

describe('a start call’s own policy', () => {
  it('Replace on an Allow job is admitted only when the old run is proved gone', async () => {
    await using t = await testRunyard({ script: () => ignoresTerm() });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', limits: { graceMs: 5000 } });
    await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    const second = await t.runyard.jobs.start(job.id, { concurrencyPolicy: 'Replace' });
    await t.clock.advance(4000);
    expect((await t.runyard.runs.get(second.id)).state).toBe('queued');
    await t.clock.advance(2000);
    expect((await t.runyard.runs.get(second.id)).state).toBe('running');
    const [old, newer] = t.engine.executions();
    expect(newer?.from).toBeGreaterThanOrEqual(old?.to ?? Number.POSITIVE_INFINITY);
  });
});

describe('a place that was silent', () => {
  it('does not hold up the runs of another, however many wait for it', async () => {
    await using t = await testRunyard({ executors: { silent: unconfigured() }, defaultExecutor: 'scripted' });
    const silent = await t.runyard.jobs.create({ name: 'silent', command: 'x', executor: 'silent', priority: 9 });
    for (let i = 0; i < 600; i++) await t.runyard.jobs.start(silent.id);
    const good = await t.runyard.jobs.create({ name: 'good', command: 'x' });
    const { id } = await t.runyard.jobs.start(good.id);
    expect(await t.clock.settled(t.runyard.runs.wait(id))).toMatchObject({ state: 'succeeded' });
  });

  it('has its ended attempts sealed and disposed of once it answers again', async () => {
    const parts = { store: memoryStore(), logStore: memoryLogStore() };
    let broken = true;
    const engine = (clock: TestRunyard['clock']) => new ScriptedEngine({ clock, place: 'p' });
    await using first = await testRunyard(parts);
    const shared = engine(first.clock);
    const odd = (): Executor => {
      const executor = scriptedExecutor(shared);
      const unlessBroken =
        <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
        async (...args: A): Promise<T> => {
          if (broken) throw new RunyardError('executor-unavailable', 'The engine is away.');
          return call(...args);
        };
      return {
        ...executor,
        remove: unlessBroken(executor.remove),
        place: silent ? unlessBroken(executor.place) : executor.place,
      };
    };
    let silent = false;
    await using second = await testRunyard({ ...parts, clock: first.clock, executors: { odd: odd() } });
    const job = await second.runyard.jobs.create({ name: 'a', command: 'x', executor: 'odd' });
    const { id } = await second.runyard.jobs.start(job.id);
    await second.clock.settled(second.runyard.runs.wait(id));
    await second.runyard.close();

    silent = true;
    await using third = await testRunyard({ ...parts, clock: first.clock, executors: { odd: odd() } });
    broken = false;
    await third.clock.advance(minute);
    expect((await third.runyard.runs.get(id)).attempts).toMatchObject([{ state: 'disposed' }]);
    expect(shared.left()).toEqual([]);
  });
});

describe('a log', () => {
  it('followed from its tail shows all of later attempts', async () => {
    const lines = (key: string): string[] => [0, 1, 2, 3].map((n) => `${key.at(-1)}-${n}\n`);
    await using t = await testRunyard({ script: ({ key }) => exits(1, { runMs: 1000, output: lines(key) }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', backoff: { limit: 2, initialMs: 1000 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.events.waitFor('run.running');
    await t.clock.advance(500);
    const log = logOf(t, id, { tail: 2, follow: true });
    await t.clock.advanceUntil(t.runyard.runs.wait(id), 5 * minute);
    expect((await log).split('\n').filter(Boolean)).toEqual(
      ['1-2', '1-3', ...lines('2'), ...lines('3')].map((line) => line.trim()),
    );
  });
});

describe('a schedule that cannot be read any more', () => {
  it('stops only its own job, and says so', async () => {
    const store = memoryStore();
    const job = aJob({ name: 'broken', schedule: { cron: '* * * * *', timezone: 'Mars/Base' } });
    await store.commit([[{ kind: 'job.insert', job, cursor: { jobId: job.id, anchorAt: 0, nextFireAt: 1 } }]]);
    await using t = await testRunyard({ store });
    await t.runyard.jobs.create({ name: 'good', command: 'x', schedule: { cron: '* * * * *' } });
    await t.clock.advance(3 * minute);
    expect(t.engine.executions()).toHaveLength(3);
    const faults = t.events.all('error');
    expect(faults.length).toBeLessThanOrEqual(1);
    expect((await store.cursor(job.id))?.nextFireAt).toBeNull();
  });
});
