import type { AuditQuery } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { ids, numbers, pagesBothWays } from './pages.ts';
import { id, insertDocument, insertEntry, someEntry } from './records.ts';

export const auditRules: Rules = {
  'an entry is kept to the letter': async ({ store, expect, done }) => {
    const system = someEntry({ id: id('e2'), by: { id: 'system', name: null }, owner: '', details: {} });
    const nameless = someEntry({ id: id('e3'), subject: { kind: 'job', id: 'j', name: null } });
    await done(insertEntry(), { kind: 'audit.insert', entry: system }, { kind: 'audit.insert', entry: nameless });
    expect((await store.audit({ limit: 10 })).items).toEqual([someEntry(), system, nameless]);
  },

  'audit.insert: refused where an entry has its id': async ({ store, expect, done, tried }) => {
    await done(insertEntry());
    const again = insertEntry({ action: 'secret.removed' });
    expect(await tried(insertDocument(), again)).toEqual({ ok: false, change: 1, id: id('entry') });
    expect(await tried(insertEntry({ id: id('e2') }), insertEntry({ id: id('e2') }))).toEqual({
      ok: false,
      change: 1,
      id: id('e2'),
    });
    expect((await store.audit({ limit: 10 })).items).toEqual([someEntry()]);
    expect(await store.document('secret', id('doc'))).toEqual(null);
  },

  'audit: pages in both directions and both orders, in the order in which they were written': async (bench) => {
    const { store, done } = bench;
    const owners = ['user:b', 'user:a'];
    // A clock that goes back does not change the order.
    for (const n of numbers(7))
      await done(
        insertEntry({ id: id(`e${9 - n}`), at: 100 - n, owner: owners[n % 2] as string }),
        insertEntry({ id: id(`x${n}`), at: 100 - n, owner: 'user:x', by: { id: 'user:x', name: null } }),
      );
    const seven = numbers(7).map((n) => id(`e${9 - n}`));
    const queries: Omit<AuditQuery, 'limit'>[] = [
      { owners },
      { by: 'user:a' },
      { by: 'user:a', owners: [...owners, 'user:x'] },
      { by: 'user:a', from: 94, to: 100 },
    ];
    for (const query of queries) await pagesBothWays(bench, (page) => store.audit({ ...query, ...page }), seven);
  },

  'audit: by owner, subject, who did it, action or what stands before its dot, and time, each and together': async ({
    store,
    expect,
    done,
  }) => {
    const job = (name: string) => ({ kind: 'job', id: id(name), name });
    const by = (who: string) => ({ id: who, name: null });
    await done(
      insertEntry({ id: id('a'), at: 1, action: 'job.created', subject: job('j1') }),
      insertEntry({ id: id('b'), at: 2, action: 'job.changed', subject: job('j1'), by: by('token:t') }),
      insertEntry({ id: id('c'), at: 2, action: 'job', subject: job('j2'), owner: 'group:1' }),
      insertEntry({ id: id('d'), at: 3, action: 'jobs.created', subject: job('j2'), owner: 'group:1' }),
      insertEntry({ id: id('e'), at: 4, action: 'Job.created', by: by('system'), owner: '' }),
      insertEntry({ id: id('f'), at: 5, action: 'job.created.again', subject: job('j1'), owner: 'group:2' }),
    );
    const list = async (query: Omit<AuditQuery, 'limit'>) => ids(await store.audit({ limit: 10, ...query }));
    expect(await list({})).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map(id));
    expect(await list({ descending: true, owners: ['group:1', 'group:2'] })).toEqual(['f', 'd', 'c'].map(id));
    expect(await list({ owners: ['group:1', 'group:1'] })).toEqual(['c', 'd'].map(id));
    expect(await list({ owners: [''] })).toEqual([id('e')]);
    expect(await list({ owners: [] })).toEqual([]);
    expect(await list({ subject: id('j1') })).toEqual(['a', 'b', 'f'].map(id));
    expect(await list({ subject: 'j1' })).toEqual([]);
    expect(await list({ by: 'token:t' })).toEqual([id('b')]);
    expect(await list({ by: 'token' })).toEqual([]);
    expect(await list({ action: 'job.created' })).toEqual([id('a')]);
    expect(await list({ action: 'job' })).toEqual(['a', 'b', 'c', 'f'].map(id));
    expect(await list({ action: 'job.' })).toEqual([]);
    expect(await list({ action: 'jo' })).toEqual([]);
    expect(await list({ from: 2 })).toEqual(['b', 'c', 'd', 'e', 'f'].map(id));
    expect(await list({ to: 2 })).toEqual(['a', 'b', 'c'].map(id));
    expect(await list({ from: 2, to: 3, action: 'job', owners: ['group:1', 'user:system'] })).toEqual(
      ['b', 'c'].map(id),
    );
    expect(await list({ subject: id('j1'), by: 'user:a', owners: ['group:2'], action: 'job' })).toEqual([id('f')]);
  },

  'audit: a key still says the same when all that was written went': async ({ store, expect, done }) => {
    await done(...['a', 'b', 'c'].map((name) => insertEntry({ id: id(name), at: 1 })));
    const { next } = await store.audit({ limit: 2 });
    await done({ kind: 'audit.prune', before: 2, limit: 10 }, insertEntry({ id: id('d') }));
    expect(ids(await store.audit({ limit: 2, after: next as string }))).toEqual([id('d')]);
  },

  'audit.prune: entries from before the instant, the oldest first, no more than so many': async ({
    store,
    expect,
    done,
  }) => {
    for (const [n, at] of [5, 3, 9, 4, 3].entries()) await done(insertEntry({ id: id(`e${n}`), at }));
    const left = async () => ids(await store.audit({ limit: 10 }));
    await done({ kind: 'audit.prune', before: 5, limit: 1 });
    expect(await left()).toEqual(['e0', 'e2', 'e3', 'e4'].map(id));
    await done({ kind: 'audit.prune', before: 3, limit: 10 });
    expect((await left()).length).toEqual(4);
    await done({ kind: 'audit.prune', before: 9, limit: 2 });
    expect(await left()).toEqual(['e0', 'e2'].map(id));
    await done(insertEntry({ id: id('e9'), at: 1 }), { kind: 'audit.prune', before: 9, limit: 1 });
    expect(await left()).toEqual(['e0', 'e2'].map(id));
    await done({ kind: 'audit.prune', before: 9, limit: 10 });
    expect(await left()).toEqual([id('e2')]);
    await done(insertEntry({ id: id('e0') }));
  },
};
