import type { Run } from '../../domain/run/run.ts';
import type { Store } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertJob, insertRun, someJob, someRun } from './records.ts';

export const queueRules: Rules = {
  'startable: highest priority first, then oldest, no more than asked for': async ({ store, expect, done }) => {
    await done(insertJob());
    for (const [name, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', -1],
      ['d', 5],
      ['e', 0],
    ] as const)
      await done(insertRun({ id: id(name), priority }));
    await done(insertRun({ id: id('f'), priority: 9, state: 'running' }));
    expect(await names(store)).toEqual(['b', 'd', 'a', 'e', 'c'].map(id));
    expect(await names(store, { limit: 2 })).toEqual(['b', 'd'].map(id));
    const [first] = await store.startable({ executor: 'process', now: 2_000, limit: 1 });
    expect(first).toEqual({ seq: first?.seq, run: someRun({ id: id('b'), priority: 5 }), job: someJob() });
    const all = await store.startable({ executor: 'process', now: 2_000, limit: 10 });
    const bySeq = [...all].sort((a, b) => a.seq - b.seq).map(({ run }) => run.id);
    expect(bySeq).toEqual(['a', 'b', 'c', 'd', 'e'].map(id));
  },

  'startable: the limit is for each size apart, so that small runs are seen behind any number of large ones': async ({
    store,
    expect,
    done,
  }) => {
    await done(
      insertJob(),
      ...many('l', { size: 'large', priority: 9 }),
      insertRun({ id: id('a') }),
      insertRun({ id: id('b'), size: 'tiny', priority: 10 }),
      insertRun({ id: id('c') }),
    );
    expect(await names(store, { limit: 1 })).toEqual(['b', 'l0', 'a'].map(id));
    expect(await names(store, { limit: 2 })).toEqual(['b', 'l0', 'l1', 'a', 'c'].map(id));
  },

  'startable: not before its time': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun({ id: id('a'), notBefore: 3_000 }), insertRun({ id: id('b') }));
    expect(await names(store, { now: 1_999 })).toEqual([]);
    expect(await names(store, { now: 2_999 })).toEqual([id('b')]);
    expect(await names(store, { now: 3_000 })).toEqual([id('a'), id('b')]);
  },

  'startable: of this executor only, however many of another wait before': async ({ store, expect, done }) => {
    await done(insertJob(), ...many('x', { executor: 'other', priority: 9 }), insertRun({ id: id('a') }));
    expect(await names(store, { limit: 1 })).toEqual([id('a')]);
    expect(await names(store, { executor: 'other', limit: 2 })).toEqual(['x0', 'x1'].map(id));
    expect(await names(store, { executor: 'third' })).toEqual([]);
  },

  'startable: not where a stop is requested': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun({ id: id('a') }), insertRun({ id: id('b') }));
    const stop = { cause: 'cancelled-by-user', by: 'user:a', at: 8 } as const;
    await done({ kind: 'run.request-stop', id: id('a'), stop });
    expect(await names(store)).toEqual([id('b')]);
  },

  'startable: an older active run of the job holds back all but those that allow it': async ({
    store,
    expect,
    done,
  }) => {
    await done(
      insertJob(),
      insertRun({ id: id('old'), concurrencyPolicy: 'Forbid' }),
      insertRun({ id: id('forbid'), concurrencyPolicy: 'Forbid', priority: 9 }),
      insertRun({ id: id('replace'), concurrencyPolicy: 'Replace', priority: 9 }),
      insertRun({ id: id('allow'), concurrencyPolicy: 'Allow' }),
    );
    expect(await names(store)).toEqual([id('old'), id('allow')]);
    const old = someRun({ id: id('old'), concurrencyPolicy: 'Forbid' });
    const write = (run: Run, expectState: Run['state']) =>
      done({ kind: 'run.write', run, expectEpoch: 0, expectState });
    await write({ ...old, state: 'running' }, 'queued');
    expect(await names(store)).toEqual([id('allow')]);
    await write({ ...old, state: 'stopping' }, 'running');
    expect(await names(store)).toEqual([id('allow')]);
    await write({ ...old, state: 'cancelled' }, 'stopping');
    expect(await names(store)).toEqual([id('forbid'), id('allow')]);
  },

  'startable: an older run that is itself held back still comes first': async ({ store, expect, done }) => {
    const forbid = { concurrencyPolicy: 'Forbid' } as const;
    await done(
      insertJob(),
      insertRun({ id: id('a'), ...forbid, notBefore: 5_000 }),
      insertRun({ id: id('b'), ...forbid }),
    );
    expect(await names(store)).toEqual([]);
    expect(await names(store, { now: 5_000 })).toEqual([id('a')]);
  },

  'startable: a younger run, or one of another job, holds nothing back': async ({ store, expect, done }) => {
    await done(
      insertJob(),
      insertJob({ id: id('j2'), spec: { name: 'weekly' } }),
      insertRun({ id: id('other'), jobId: id('j2'), state: 'running' }),
      insertRun({ id: id('over'), state: 'failed' }),
      insertRun({ id: id('a'), concurrencyPolicy: 'Forbid' }),
      insertRun({ id: id('young'), state: 'running' }),
    );
    expect(await names(store)).toEqual([id('a')]);
  },

  'startable: those that are held back do not hide those behind them': async ({ store, expect, done }) => {
    await done(
      insertJob(),
      insertJob({ id: id('j2'), spec: { name: 'weekly' } }),
      insertRun({ id: id('runs'), state: 'running' }),
      ...many('f', { concurrencyPolicy: 'Forbid', priority: 9 }),
      ...many('d', { jobId: id('j2'), notBefore: 9_000, priority: 9 }),
      ...many('s', { jobId: id('j2'), stop: { cause: 'timeout', by: 'system', at: 8 }, priority: 9 }),
      insertRun({ id: id('a'), jobId: id('j2') }),
      insertRun({ id: id('b'), jobId: id('j2') }),
    );
    expect(await names(store, { limit: 1 })).toEqual([id('a')]);
    expect(await names(store, { limit: 3 })).toEqual([id('a'), id('b')]);
  },

  'startable: a policy that is written counts from then on': async ({ store, expect, done }) => {
    const forbid = someRun({ concurrencyPolicy: 'Forbid' });
    await done(insertJob(), insertRun({ id: id('old'), state: 'running' }), { kind: 'run.insert', run: forbid });
    expect(await names(store)).toEqual([]);
    const allow: Run = { ...forbid, concurrencyPolicy: 'Allow' };
    await done({ kind: 'run.write', run: allow, expectEpoch: 0, expectState: 'queued' });
    expect(await names(store)).toEqual([id('run')]);
  },

  'startable: a run that goes back to the queue keeps its age': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun({ id: id('a') }), insertRun({ id: id('b') }));
    const started = someRun({ id: id('a'), state: 'starting', attempt: 1 });
    await done({ kind: 'run.write', run: started, expectEpoch: 0, expectState: 'queued' });
    expect(await names(store)).toEqual([id('b')]);
    await done({ kind: 'run.write', run: { ...started, state: 'queued' }, expectEpoch: 0, expectState: 'starting' });
    expect(await names(store)).toEqual([id('a'), id('b')]);
  },
};

const names = async (store: Store, query: Partial<Parameters<Store['startable']>[0]> = {}): Promise<string[]> => {
  const startable = await store.startable({ executor: 'process', now: 2_000, limit: 10, ...query });
  return startable.map(({ run }) => run.id);
};

const many = (name: string, given: Partial<Run>) =>
  Array.from({ length: 20 }, (_, n) => insertRun({ id: id(`${name}${n}`), ...given }));
