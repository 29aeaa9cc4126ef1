import type { StopRequest } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertJob, insertRun, someRun } from './records.ts';

export const stopRules: Rules = {
  'run.request-stop: the first cause is kept': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun());
    await done(stop('replaced'));
    for (const cause of ['cancelled-by-user', 'timeout', 'replaced'] as const)
      expect(await tried(stop(cause))).toEqual({ ok: false, change: 0 });
    expect((await store.run(id('run')))?.stop).toEqual(request('replaced'));
  },

  'run.request-stop: behind a timeout, which ends only its attempt, the first other cause is kept too': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertRun());
    await done(stop('timeout'));
    expect(await tried(stop('timeout'))).toEqual({ ok: false, change: 0 });
    await done(stop('cancelled-by-user'));
    expect(await tried(stop('replaced'))).toEqual({ ok: false, change: 0 });
    const both = { ...request('timeout'), behind: request('cancelled-by-user') };
    expect((await store.run(id('run')))?.stop).toEqual(both);
    expect(await store.stopRequests('i1')).toEqual([{ id: id('run'), stop: both }]);
  },

  'run.write: a retry takes a timeout away, and nothing else': async ({ store, expect, done }) => {
    const stopped = {
      timeout: ['timeout'],
      both: ['timeout', 'cancelled-by-user'],
      cancel: ['cancelled-by-user'],
    } as const;
    for (const [name, causes] of Object.entries(stopped)) {
      const run = someRun({ id: id(name), state: 'stopping', leaseInstance: 'i1', leaseEpoch: 1 });
      await done({ kind: 'run.insert', run });
      for (const cause of causes) await done({ ...stop(cause), id: id(name) });
      const queued = { ...run, state: 'queued' as const, leaseInstance: null };
      await done({ kind: 'run.write', run: queued, expectEpoch: 1, expectState: 'stopping', retry: true });
    }
    const causeOf = async (name: string) => (await store.run(id(name)))?.stop?.cause ?? null;
    expect([await causeOf('timeout'), await causeOf('both'), await causeOf('cancel')]).toEqual([
      null,
      'timeout',
      'cancelled-by-user',
    ]);
  },

  'run.request-stop: with an epoch, refused where the lease is another’s by now': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob(), insertRun({ state: 'running', leaseInstance: 'i1', leaseEpoch: 3 }));
    expect(await tried({ ...stop('timeout'), epoch: 2 })).toEqual({ ok: false, change: 0 });
    expect((await store.run(id('run')))?.stop).toEqual(null);
    await done({ ...stop('timeout'), epoch: 3 });
  },

  'run.request-stop: refused for a run that has ended, or is not there': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertRun({ state: 'succeeded' }));
    expect(await tried(stop('timeout'))).toEqual({ ok: false, change: 0 });
    expect(await tried({ ...stop('timeout'), id: id('none') })).toEqual({ ok: false, change: 0 });
    expect((await store.run(id('run')))?.stop).toEqual(null);
  },

  'run.write: never touches a request to stop': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun());
    await done(stop('cancelled-by-user'));
    const blind = someRun({ state: 'starting', leaseInstance: 'i1', leaseEpoch: 1, stop: null });
    await done({ kind: 'run.write', run: blind, expectEpoch: 0, expectState: 'queued' });
    const inventive = { ...blind, state: 'running' as const, stop: request('timeout') };
    await done({ kind: 'run.write', run: inventive, expectEpoch: 1, expectState: 'starting' });
    expect(await store.run(id('run'))).toEqual({ ...inventive, stop: request('cancelled-by-user') });
  },

  'stopRequests: on active runs that this instance holds, or that no one holds': async ({ store, expect, done }) => {
    const asked = { stop: request('timeout') };
    await done(
      insertRun({ id: id('mine'), state: 'running', leaseInstance: 'i1', ...asked }),
      insertRun({ id: id('theirs'), state: 'running', leaseInstance: 'i2', ...asked }),
      insertRun({ id: id('no one'), ...asked }),
      insertRun({ id: id('over'), state: 'failed', leaseInstance: 'i1', ...asked }),
      insertRun({ id: id('calm'), state: 'running', leaseInstance: 'i1' }),
    );
    expect(await store.stopRequests('i1')).toEqual([
      { id: id('mine'), ...asked },
      { id: id('no one'), ...asked },
    ]);
  },
};

const request = (cause: StopRequest['cause']): StopRequest => ({ cause, by: 'user:a', at: 8 });

const stop = (cause: StopRequest['cause']): Extract<Change, { kind: 'run.request-stop' }> => ({
  kind: 'run.request-stop',
  id: id('run'),
  stop: request(cause),
});
