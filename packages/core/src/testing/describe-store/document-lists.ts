import type { DocumentQuery } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { ids, numbers, pagesBothWays } from './pages.ts';
import { id, insertDocument, someDocument } from './records.ts';

export const documentListRules: Rules = {
  'documents: pages in both directions and both orders, in the order in which they were made': async (bench) => {
    const { store, done } = bench;
    const owners = ['user:b', 'user:a'];
    for (const n of numbers(7))
      await done(
        insertDocument({ id: id(`d${9 - n}`), name: `${(n * 5) % 7}`, owner: owners[n % 2] as string }),
        insertDocument({ id: id(`u${n}`), kind: 'user', name: `${n}`, owner: owners[n % 2] as string }),
        insertDocument({ id: id(`x${n}`), name: `${n}`, owner: 'user:x' }),
      );
    // Its place is that of when it was made.
    const edited = someDocument({ id: id('d7'), name: 'new', owner: 'user:b', revision: 2 });
    await done({ kind: 'document.update', document: edited, expectRevision: 1 });
    const seven = numbers(7).map((n) => id(`d${9 - n}`));
    await pagesBothWays(bench, (query) => store.documents({ kind: 'secret', owners, ...query }), seven);
    const users = numbers(7).map((n) => id(`u${n}`));
    await pagesBothWays(bench, (query) => store.documents({ kind: 'user', ...query }), users);
  },

  'documents: a key still says the same when the newest went, and others came': async ({ store, expect, done }) => {
    const insert = (name: string) => insertDocument({ id: id(name), name });
    const drop = (name: string) => ({ kind: 'document.remove', documentKind: 'secret', id: id(name) }) as const;
    await done(insert('a'), insert('b'), insert('c'));
    const { next } = await store.documents({ kind: 'secret', limit: 2 });
    await done(drop('c'), drop('b'), insert('d'));
    expect(ids(await store.documents({ kind: 'secret', limit: 2, after: next as string }))).toEqual([id('d')]);
  },

  'documents: by kind, owners and exact name, each and together': async ({ store, expect, done }) => {
    await done(
      insertDocument({ id: id('a'), kind: 'member', owner: 'group:1', name: 'u' }),
      insertDocument({ id: id('b'), kind: 'member', owner: 'group:2', name: 'U' }),
      insertDocument({ id: id('c'), kind: 'member', owner: 'group:2', name: 'u' }),
      insertDocument({ id: id('d'), kind: 'member', owner: 'group:3', name: 'u' }),
      insertDocument({ id: id('e'), kind: 'secret', owner: 'group:3', name: 'u' }),
      insertDocument({ id: id('f'), kind: 'user', owner: '', name: 'u' }),
    );
    const list = async (query: Omit<DocumentQuery, 'limit'>) => ids(await store.documents({ limit: 10, ...query }));
    expect(await list({ kind: 'member' })).toEqual(['a', 'b', 'c', 'd'].map(id));
    expect(await list({ kind: 'member', name: 'u', descending: true })).toEqual(['d', 'c', 'a'].map(id));
    expect(await list({ kind: 'member', owners: ['group:2', 'group:1', 'group:2'] })).toEqual(['a', 'b', 'c'].map(id));
    expect(await list({ kind: 'member', owners: ['group:2', 'group:3'], name: 'u' })).toEqual(['c', 'd'].map(id));
    expect(await list({ kind: 'member', owners: [] })).toEqual([]);
    expect(await list({ kind: 'member', owners: ['group:9'] })).toEqual([]);
    expect(await list({ kind: 'user', owners: [''] })).toEqual([id('f')]);
    expect(await list({ kind: 'webhook' })).toEqual([]);
  },
};
