import { activeStates, type Run, terminalStates } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertAttempt, insertJob, insertRun, someRun } from './records.ts';

const write = (run: Run, expectEpoch: number, expectState: Run['state']): Change => ({
  kind: 'run.write',
  run,
  expectEpoch,
  expectState,
});

export const runRules: Rules = {
  'a text that holds NUL is stored, as it is or with U+FFFD in its place, and nothing is refused for it': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertJob(), insertRun({ state: 'running', sentence: 'a\0b' }), insertAttempt());
    await done(
      write(someRun({ state: 'failed', endedAt: 5, sentence: 'It said \0.' }), 0, 'running'),
      insertRun({ id: id('other'), sentence: '\0' }),
    );
    expect(await store.jobByName('user:system', 'none\0')).toEqual(null);
    const run = await store.run(id('run'));
    expect(run?.state).toEqual('failed');
    expect(run?.sentence?.replace('\0', '\uFFFD')).toEqual('It said \uFFFD.');
  },

  'a run is kept to the letter, as inserted and as written': async ({ store, expect, done }) => {
    const first = someRun({
      trigger: 'schedule',
      priority: -3,
      concurrencyPolicy: 'Replace',
      overrides: { concurrencyPolicy: 'Allow', env: { A: '' }, arguments: ['a b'], command: ['x'], ref: 'v2' },
      idempotencyKey: 'once',
      dueAt: 60_000,
      startBy: 70_000,
      waitsSince: 65_000,
      size: 'medium',
    });
    await done(insertJob(), { kind: 'run.insert', run: first });
    expect(await store.run(first.id)).toEqual(first);
    const second: Run = {
      ...first,
      state: 'failed',
      reason: 'exit-code',
      sentence: 'It exited with 3.',
      priority: 4,
      concurrencyPolicy: 'Forbid',
      place: id('place'),
      notBefore: 9,
      startBy: null,
      attempt: 2,
      failures: 1,
      infrastructureFailures: 1,
      startedAt: 5,
      endedAt: 6,
      commits: [{ url: 'https://git.test/a.git', ref: null, commit: 'c'.repeat(40) }],
      leaseInstance: 'i1',
      leaseEpoch: 1,
    };
    await done(write(second, 0, 'queued'));
    expect(await store.run(first.id)).toEqual(second);
    expect(await store.run(id('none'))).toEqual(null);
  },

  'run.insert: refused where the id is not new': async ({ expect, done, tried }) => {
    await done(insertJob(), insertRun());
    expect(await tried(insertRun({ jobId: id('j2') }))).toEqual({ ok: false, change: 0, id: id('run') });
  },

  'run.write: leaves the idempotency key as it is, also one that was released and given to another run since': async ({
    store,
    expect,
    done,
  }) => {
    const run = someRun({ idempotencyKey: 'k' });
    await done({ kind: 'run.insert', run });
    await done({ kind: 'run.release-key', id: run.id }, insertRun({ id: id('next'), idempotencyKey: 'k' }));
    await done(write({ ...run, sentence: 'x' }, 0, 'queued'));
    expect(await store.run(run.id)).toEqual({ ...run, sentence: 'x', idempotencyKey: null });
    await done(
      { kind: 'run.release-key', id: id('next') },
      write(someRun({ id: id('next'), idempotencyKey: 'k' }), 0, 'queued'),
    );
    expect((await store.run(id('next')))?.idempotencyKey).toEqual(null);
  },

  'run.release-key: the key is free again, and the run stays': async ({ store, expect, done, tried }) => {
    const release: Change = { kind: 'run.release-key', id: id('run') };
    await done(insertJob(), insertRun({ idempotencyKey: 'k' }));
    await done(release, insertRun({ id: id('r2'), idempotencyKey: 'k' }));
    expect((await store.run(id('run')))?.idempotencyKey).toEqual(null);
    const { items } = await store.runs({ jobId: id('job'), idempotencyKey: 'k', limit: 10 });
    expect(items.map((run) => run.id)).toEqual([id('r2')]);
    expect(await tried(release)).toEqual({ ok: false, change: 0 });
  },

  'run.insert: an idempotency key is new once for a job, and names the run that has it': async ({
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertJob({ id: id('j2'), spec: { name: 'weekly' } }), insertRun({ idempotencyKey: 'k' }));
    const again = insertRun({ id: id('r2'), idempotencyKey: 'k' });
    expect(await tried(again)).toEqual({ ok: false, change: 0, id: id('run') });
    await done(
      insertRun({ id: id('r2'), jobId: id('j2'), idempotencyKey: 'k' }),
      insertRun({ id: id('r3') }),
      insertRun({ id: id('r4') }),
    );
  },

  'run.insert: whileActive holds only while the active runs of the job are exactly those': async ({
    expect,
    done,
    tried,
  }) => {
    const insert = (name: string, whileActive: string[]): Change => ({
      kind: 'run.insert',
      run: someRun({ id: id(name) }),
      whileActive: whileActive.map(id),
    });
    await done(
      insertJob(),
      insertRun({ id: id('elsewhere'), jobId: id('j2') }),
      insertRun({ id: id('over'), state: 'failed' }),
    );
    await done(insert('a', []));
    expect(await tried(insert('b', []))).toEqual({ ok: false, change: 0, id: id('a') });
    expect(await tried(insert('b', ['a', 'over']))).toEqual({ ok: false, change: 0 });
    await done(insert('b', ['a']));
    await done(insert('c', ['b', 'a']));
    expect(await tried(insert('d', ['a', 'c']))).toEqual({ ok: false, change: 0, id: id('b') });
  },

  'run.write: fenced by the lease epoch': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun());
    await done(write(someRun({ state: 'starting', leaseInstance: 'i1', leaseEpoch: 1 }), 0, 'queued'));
    await done(write(someRun({ state: 'starting', leaseInstance: 'i2', leaseEpoch: 2 }), 1, 'starting'));
    const late = write(someRun({ state: 'running', leaseInstance: 'i1', leaseEpoch: 1 }), 1, 'starting');
    expect(await tried(late)).toEqual({ ok: false, change: 0 });
    expect((await store.run(id('run')))?.leaseInstance).toEqual('i2');
  },

  'run.write: refused where the state is another, or there is no such run': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun());
    expect(await tried(write(someRun({ state: 'succeeded' }), 0, 'running'))).toEqual({ ok: false, change: 0 });
    expect(await tried(write(someRun({ id: id('none') }), 0, 'queued'))).toEqual({ ok: false, change: 0 });
    expect((await store.run(id('run')))?.state).toEqual('queued');
  },

  'active: the active runs of these jobs, oldest first': async ({ store, expect, done }) => {
    const states = [...terminalStates, ...activeStates];
    await done(insertJob(), ...states.map((state) => insertRun({ id: id(state), state, createdAt: 7, attempt: 2 })));
    await done(insertRun({ id: id('j2r'), jobId: id('j2') }), insertRun({ id: id('j3r'), jobId: id('j3') }));
    const active = await store.active([id('j2'), id('job'), id('none')]);
    expect(active.map((run) => [run.id, run.state])).toEqual([
      ...activeStates.map((state) => [id(state), state]),
      [id('j2r'), 'queued'],
    ]);
    expect(active[0]).toEqual({
      id: id('queued'),
      jobId: id('job'),
      state: 'queued',
      attempt: 2,
      leaseInstance: null,
      leaseEpoch: 0,
      stop: null,
      createdAt: 7,
    });
    expect(await store.active([])).toEqual([]);
  },

  'activity: of each job that has any run: how many are active, are running, are stopping': async ({
    store,
    expect,
    done,
  }) => {
    await done(...[...terminalStates, ...activeStates].map((state) => insertRun({ id: id(state), state })));
    await done(
      insertRun({ id: id('r2'), state: 'running', createdAt: 7 }),
      insertRun({ id: id('j2r'), jobId: id('j2'), createdAt: 8 }),
      insertRun({ id: id('j3r'), jobId: id('j3') }),
    );
    const activity = await store.activity([id('job'), id('j2'), id('none')]);
    expect([...activity.keys()].sort()).toEqual([id('j2'), id('job')].sort());
    expect(activity.get(id('job'))).toEqual({
      active: 5,
      running: 2,
      stopping: 1,
      lastStartedAt: 7,
      lastEnded: 'cancelled',
    });
    expect(activity.get(id('j2'))).toEqual({
      active: 1,
      running: 0,
      stopping: 0,
      lastStartedAt: 8,
      lastEnded: null,
    });
    await done(write(someRun({ id: id('r2'), state: 'failed', createdAt: 7 }), 0, 'running'));
    expect((await store.activity([id('job')])).get(id('job'))).toEqual({
      active: 4,
      running: 1,
      stopping: 1,
      lastStartedAt: 7,
      lastEnded: 'failed',
    });
    expect([...(await store.activity([]))]).toEqual([]);
  },

  'activeCounts: how many are active, by executor and state, and since when the oldest': async ({
    store,
    expect,
    done,
  }) => {
    const counts = async () =>
      (await store.activeCounts()).sort((a, b) => `${a.executor} ${a.state}`.localeCompare(`${b.executor} ${b.state}`));
    expect(await counts()).toEqual([]);
    await done(
      ...[...terminalStates, ...activeStates].map((state) => insertRun({ id: id(state), state, createdAt: 5 })),
    );
    await done(
      insertRun({ id: id('r2'), state: 'running', createdAt: 4 }),
      insertRun({ id: id('j2r'), jobId: id('j2'), executor: 'another', state: 'running', createdAt: 8 }),
    );
    expect(await counts()).toEqual([
      { executor: 'another', state: 'running', runs: 1, oldestAt: 8 },
      { executor: 'process', state: 'queued', runs: 1, oldestAt: 5 },
      { executor: 'process', state: 'running', runs: 2, oldestAt: 4 },
      { executor: 'process', state: 'starting', runs: 1, oldestAt: 5 },
      { executor: 'process', state: 'stopping', runs: 1, oldestAt: 5 },
    ]);
    await done(write(someRun({ id: id('r2'), state: 'failed', createdAt: 4 }), 0, 'running'));
    expect((await counts()).find(({ executor, state }) => executor === 'process' && state === 'running')).toEqual({
      executor: 'process',
      state: 'running',
      runs: 1,
      oldestAt: 5,
    });
  },

  'activity: how the last ended passes over those that were skipped, and those that are not over': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertRun({ id: id('a'), state: 'skipped' }));
    const idle = { active: 0, running: 0, stopping: 0 };
    expect([...(await store.activity([id('job')]))]).toEqual([
      [id('job'), { ...idle, lastStartedAt: null, lastEnded: null }],
    ]);
    await done(
      insertRun({ id: id('b'), state: 'failed' }),
      insertRun({ id: id('c'), state: 'succeeded', createdAt: 9 }),
      insertRun({ id: id('d'), state: 'skipped', createdAt: 10 }),
    );
    expect((await store.activity([id('job')])).get(id('job'))?.lastStartedAt).toEqual(9);
    await done(insertRun({ id: id('e'), state: 'queued', createdAt: 11 }));
    expect([...(await store.activity([id('job')]))]).toEqual([
      [id('job'), { ...idle, active: 1, lastStartedAt: 11, lastEnded: 'succeeded' }],
    ]);
  },
};
