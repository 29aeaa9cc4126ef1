import type { Rules } from './bench.ts';
import { id, insertJob, insertRun, someCursor, someJob, someRun, someSpec } from './records.ts';

export const jobRules: Rules = {
  'a job is kept to the letter': async ({ store, expect, done }) => {
    const spec = someSpec({
      command: 'echo "$A"',
      tags: { team: 'data', 'a.b': '' },
      extraPackages: { apt: ['jq'], conda: [], pip: ['x==1'], cran: [], requirementsTxt: 'a\nb', environmentYml: null },
      schedule: {
        cron: '@daily',
        timezone: 'Europe/Berlin',
        dst: 'once',
        missed: { rule: 'all', windowMs: 5, cap: 2 },
        enabled: true,
        startsAt: 1,
        endsAt: null,
        jitterMs: 0,
      },
    });
    const job = someJob({ applied: true, pause: { at: 5, by: 'user:a', note: 'later' }, spec });
    const cursor = someCursor({ nextFireAt: null, anchorAt: 3 });
    await done({ kind: 'job.insert', job, cursor });
    expect(await store.job(job.id)).toEqual(job);
    expect(await store.jobByName('user:system', 'nightly')).toEqual(job);
    expect(await store.cursor(job.id)).toEqual(cursor);
  },

  'job.insert: an owner has one job of a name; another owner may have it too': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob());
    expect(await tried(insertJob({ id: id('j2') }))).toEqual({ ok: false, change: 0, id: id('job') });
    expect(await store.job(id('j2'))).toEqual(null);
    await done(insertJob({ id: id('j2'), spec: { owner: 'user:b' } }));
    expect((await store.jobByName('user:b', 'nightly'))?.id).toEqual(id('j2'));
    expect(await store.jobByName('user:c', 'nightly')).toEqual(null);
  },

  'job.insert: refused where a job has its id, also one that was removed, until that is forgotten': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob());
    const again = insertJob({ spec: { name: 'other' } });
    const remove = { kind: 'job.remove', id: id('job'), at: 5, whileActive: [] } as const;
    const forget = { kind: 'job.forget', id: id('job') } as const;
    const refused = { ok: false, change: 0, id: id('job') };
    expect(await tried(again)).toEqual(refused);
    expect(await store.commit([[remove], [again]])).toEqual([{ ok: true }, refused]);
    expect(await tried(again)).toEqual(refused);
    expect(await store.commit([[forget], [again]])).toEqual([{ ok: true }, { ok: true }]);
    await done(remove, forget, insertJob());
    expect((await store.job(id('job')))?.spec.name).toEqual('nightly');
  },

  'job.update: refused where the revision is another, or there is no such job': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertJob());
    const edit = someJob({ revision: 3, spec: { description: 'edited' } });
    expect(await tried({ kind: 'job.update', job: edit, expectRevision: 2 })).toEqual({ ok: false, change: 0 });
    expect(await store.job(edit.id)).toEqual(someJob());
    const stranger = someJob({ id: id('none'), spec: { name: 'none' } });
    expect(await tried({ kind: 'job.update', job: stranger, expectRevision: 1 })).toEqual({ ok: false, change: 0 });
    await done({ kind: 'job.update', job: { ...edit, revision: 2 }, expectRevision: 1 });
    expect(await store.job(edit.id)).toEqual({ ...edit, revision: 2 });
  },

  'job.update: refused where the name is taken, with the id of who has it': async ({ store, expect, done, tried }) => {
    await done(insertJob(), insertJob({ id: id('j2'), spec: { name: 'weekly' } }));
    const edit = someJob({ id: id('j2'), revision: 2 });
    expect(await tried({ kind: 'job.update', job: edit, expectRevision: 1 })).toEqual({
      ok: false,
      change: 0,
      id: id('job'),
    });
    expect((await store.job(id('j2')))?.spec.name).toEqual('weekly');
  },

  'job.update: a new name is found, and the old one is free': async ({ store, expect, done }) => {
    await done(insertJob());
    await done({ kind: 'job.update', job: someJob({ revision: 2, spec: { name: 'weekly' } }), expectRevision: 1 });
    expect((await store.jobByName('user:system', 'weekly'))?.id).toEqual(id('job'));
    expect(await store.jobByName('user:system', 'nightly')).toEqual(null);
    await done(insertJob({ id: id('j2') }));
  },

  'job.update: a cursor replaces, null removes, absent keeps': async ({ store, expect, done }) => {
    await done(insertJob({}, someCursor()));
    await done({ kind: 'job.update', job: someJob({ revision: 2 }), expectRevision: 1 });
    expect(await store.cursor(id('job'))).toEqual(someCursor());
    const moved = someCursor({ nextFireAt: 5, anchorAt: 4 });
    await done({ kind: 'job.update', job: someJob({ revision: 3 }), expectRevision: 2, cursor: moved });
    expect(await store.cursor(id('job'))).toEqual(moved);
    await done({ kind: 'job.update', job: someJob({ revision: 4 }), expectRevision: 3, cursor: null });
    expect(await store.cursor(id('job'))).toEqual(null);
    expect(await store.nextWakeAt(0)).toEqual(null);
  },

  'a queued run sees the revision that it was created from, also after an edit': async ({ store, expect, done }) => {
    await done(insertJob(), insertRun());
    await done({ kind: 'job.update', job: someJob({ revision: 2, spec: { command: 'new' } }), expectRevision: 1 });
    await done(insertRun({ id: id('r2'), revision: 2 }));
    const seen = (await store.startable({ executor: 'process', now: 1e12, limit: 10 })).map(({ run, job }) => [
      run.id,
      job.revision,
      job.spec.command,
    ]);
    expect(seen).toEqual([
      [id('run'), 1, ['echo', 'hello']],
      [id('r2'), 2, 'new'],
    ]);
    expect((await store.jobAt(id('job'), 1))?.spec).toEqual(someSpec());
    expect((await store.jobAt(id('job'), 2))?.spec.command).toEqual('new');
    expect(await store.jobAt(id('job'), 3)).toEqual(null);
  },

  'job.remove: its name is free, its schedule is gone, its runs and revisions stay': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertJob({}, someCursor()), insertRun());
    await done({ kind: 'job.remove', id: id('job'), at: 9, whileActive: [id('run')] });
    expect(await store.job(id('job'))).toEqual(null);
    expect(await store.jobByName('user:system', 'nightly')).toEqual(null);
    expect((await store.jobs({ limit: 10 })).items).toEqual([]);
    expect([await store.cursor(id('job')), await store.due(1e12, 10)]).toEqual([null, []]);
    expect(await store.run(id('run'))).toEqual(someRun());
    expect((await store.runs({ limit: 10, owners: ['user:system'] })).items).toEqual([someRun()]);
    expect((await store.jobAt(id('job'), 1))?.spec).toEqual(someSpec());
    expect((await store.startable({ executor: 'process', now: 1e12, limit: 10 })).map(({ job }) => job.spec)).toEqual([
      someSpec(),
    ]);
    await done(insertJob({ id: id('j2') }));
  },

  'job.remove: refused for a job that is not there, and for one whose active runs are others': async (bench) => {
    const { store, expect, done, tried } = bench;
    const remove = { kind: 'job.remove', id: id('job'), at: 9, whileActive: [] } as const;
    expect(await tried(remove)).toEqual({ ok: false, change: 0 });
    await done(insertJob(), insertRun());
    expect(await tried(remove)).toEqual({ ok: false, change: 0, id: id('run') });
    expect((await store.job(id('job')))?.id).toEqual(id('job'));
    await done({ kind: 'run.write', run: someRun({ state: 'cancelled' }), expectEpoch: 0, expectState: 'queued' });
    await done(remove);
    expect(await tried(remove)).toEqual({ ok: false, change: 0 });
  },

  'job.expect: refused for a job that is not there, and writes nothing': async ({ store, expect, done, tried }) => {
    const there = { kind: 'job.expect', id: id('job') } as const;
    expect(await tried(there)).toEqual({ ok: false, change: 0 });
    await done(insertJob());
    await done(there);
    expect(await store.job(id('job'))).toEqual(someJob());
    await done({ kind: 'job.remove', id: id('job'), at: 9, whileActive: [] });
    expect(await tried(there)).toEqual({ ok: false, change: 0 });
  },

  'job.expect: refused for a job that is at another revision, where one is expected': async ({
    expect,
    done,
    store,
    tried,
  }) => {
    await done(insertJob());
    const at = (revision: number) => ({ kind: 'job.expect', id: id('job'), revision }) as const;
    expect(await tried(at(1))).toEqual({ ok: true });
    expect(await tried(at(2))).toEqual({ ok: false, change: 0 });
    await done({ kind: 'job.update', job: someJob({ revision: 2 }), expectRevision: 1 });
    expect(await store.commit([[at(2)], [at(1)], [{ kind: 'job.expect', id: id('job') }]])).toEqual([
      { ok: true },
      { ok: false, change: 0 },
      { ok: true },
    ]);
  },
};
