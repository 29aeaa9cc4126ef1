import type { DocumentKind } from '../../domain/document.ts';
import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertDocument, insertJob, someDocument, someJob } from './records.ts';

const ours = `group:${id('g')}`;
const group = insertDocument({ kind: 'group', id: id('g'), owner: '', name: 'ops' });
const removeGroup = (kinds: readonly DocumentKind[] = ['secret', 'webhook']): Change => ({
  kind: 'document.remove',
  documentKind: 'group',
  id: id('g'),
  unlessOwner: { owner: ours, kinds },
});
const drop = (documentKind: DocumentKind, name: string): Change => ({
  kind: 'document.remove',
  documentKind,
  id: id(name),
});

export const ownerRules: Rules = {
  'document.remove: refused while its owner has a job, with the id of the oldest; one that was removed does not count':
    async ({ store, expect, done, tried }) => {
      await done(group, insertJob({ spec: { owner: 'user:a' } }));
      await done(...['j2', 'j1'].map((name) => insertJob({ id: id(name), spec: { name, owner: ours } })));
      expect(await tried(removeGroup())).toEqual({ ok: false, change: 0, id: id('j2') });
      await done({ kind: 'job.remove', id: id('j2'), at: 9, whileActive: [] });
      expect(await tried(removeGroup())).toEqual({ ok: false, change: 0, id: id('j1') });
      expect((await store.document('group', id('g')))?.name).toEqual('ops');
      const given = someJob({ id: id('j1'), revision: 2, spec: { name: 'j1', owner: 'user:b' } });
      await done({ kind: 'job.update', job: given, expectRevision: 1 });
      await done(removeGroup());
      expect(await store.document('group', id('g'))).toEqual(null);
    },

  'document.remove: refused while its owner has a document of these kinds, with the id of the oldest': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(group, insertDocument({ id: id('a') }), insertDocument({ kind: 'member', id: id('m'), owner: ours }));
    await done(insertDocument({ kind: 'webhook', id: id('z'), owner: ours }));
    await done(insertDocument({ id: id('b'), owner: ours }));
    expect(await tried(removeGroup())).toEqual({ ok: false, change: 0, id: id('z') });
    expect(await tried(removeGroup(['secret']))).toEqual({ ok: false, change: 0, id: id('b') });
    await done(insertJob({ spec: { owner: ours } }));
    expect(await tried(removeGroup())).toEqual({ ok: false, change: 0, id: id('job') });
    await done({ kind: 'job.remove', id: id('job'), at: 9, whileActive: [] }, drop('webhook', 'z'));
    const moved = someDocument({ id: id('b'), name: 'moved', revision: 2 });
    await done({ kind: 'document.update', document: moved, expectRevision: 1 });
    await done(removeGroup(['webhook', 'secret', 'git-credential']));
    expect((await store.document('member', id('m')))?.owner).toEqual(ours);
  },

  'document.remove: what the same commit gives to the owner, or takes away, counts': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(group, insertDocument({ id: id('a'), owner: ours }));
    await done(insertDocument({ id: id('b'), owner: ours, name: 'b' }));
    const job = insertJob({ spec: { owner: ours } });
    const removeJob: Change = { kind: 'job.remove', id: id('job'), at: 9, whileActive: [] };
    expect(await tried(drop('secret', 'a'), removeGroup())).toEqual({ ok: false, change: 1, id: id('b') });
    expect(await tried(drop('secret', 'a'), drop('secret', 'b'), job, removeGroup())).toEqual({
      ok: false,
      change: 3,
      id: id('job'),
    });
    expect(await tried(job, removeJob, removeGroup())).toEqual({ ok: false, change: 2, id: id('a') });
    const results = await store.commit([
      [drop('secret', 'a'), drop('secret', 'b'), insertDocument({ id: id('c'), owner: ours, name: 'c' })],
      [removeGroup()],
      [drop('secret', 'c'), removeGroup()],
      [{ kind: 'document.expect', documentKind: 'group', id: id('g') }, job],
    ]);
    expect(results).toEqual([
      { ok: true },
      { ok: false, change: 0, id: id('c') },
      { ok: true },
      { ok: false, change: 0 },
    ]);
    expect(await store.job(id('job'))).toEqual(null);
  },

  'document.remove: jobs that the same commit takes from the owner do not count, those that are left do': async ({
    expect,
    done,
    tried,
  }) => {
    const names = ['j1', 'j2', 'j3'];
    await done(group, ...names.map((name) => insertJob({ id: id(name), spec: { name, owner: ours } })));
    const gone: Change = { kind: 'job.remove', id: id('j1'), at: 9, whileActive: [] };
    const given = someJob({ id: id('j2'), revision: 2, spec: { name: 'j2', owner: 'user:b' } });
    const give: Change = { kind: 'job.update', job: given, expectRevision: 1 };
    expect(await tried(gone, give, removeGroup())).toEqual({ ok: false, change: 2, id: id('j3') });
    await done({ kind: 'job.remove', id: id('j3'), at: 9, whileActive: [] });
    await done(gone, give, removeGroup());
  },

  'document.remove: what its owner has does not matter where it is gone already': async ({ expect, done, tried }) => {
    await done(insertJob({ spec: { owner: ours } }));
    expect(await tried(removeGroup())).toEqual({ ok: false, change: 0 });
  },
};
