import type { StoredDocument } from '../../domain/document.ts';
import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertDocument, someDocument } from './records.ts';

const update = (document: StoredDocument, expectRevision = document.revision - 1): Change => ({
  kind: 'document.update',
  document,
  expectRevision,
});
const remove = (name = 'doc', given: { expectRevision?: number } = {}): Change => ({
  kind: 'document.remove',
  documentKind: 'secret',
  id: id(name),
  ...given,
});
const expects = (documentKind: StoredDocument['kind'], name = 'doc'): Change => ({
  kind: 'document.expect',
  documentKind,
  id: id(name),
});

export const documentGuardRules: Rules = {
  'document.insert: refused where a document of any kind has its id': async ({ store, expect, done, tried }) => {
    await done(insertDocument());
    const again = insertDocument({ kind: 'user', owner: '', name: 'other' });
    expect(await tried(again)).toEqual({ ok: false, change: 0, id: id('doc') });
    expect(await store.document('user', id('doc'))).toEqual(null);
    await done(remove(), again);
    expect((await store.document('user', id('doc')))?.name).toEqual('other');
  },

  'document.insert: an owner has one document of a name and kind; other owners and kinds may have it too': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument());
    expect(await tried(insertDocument({ id: id('d2') }))).toEqual({ ok: false, change: 0, id: id('doc') });
    expect(await store.document('secret', id('d2'))).toEqual(null);
    await done(
      insertDocument({ id: id('d2'), owner: 'user:b' }),
      insertDocument({ id: id('d3'), owner: '' }),
      insertDocument({ id: id('d4'), kind: 'webhook' }),
    );
    expect((await store.documentByName('secret', '', 'token'))?.id).toEqual(id('d3'));
  },

  'document.insert: a kind has each lookup once, and any number of documents without one': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument({ lookup: 'l' }), insertDocument({ id: id('d2'), name: '2' }));
    const again = { id: id('d3'), owner: 'user:b', lookup: 'l' };
    expect(await tried(insertDocument(again))).toEqual({ ok: false, change: 0, id: id('doc') });
    await done(insertDocument({ id: id('d3'), name: '3' }), insertDocument({ ...again, id: id('d4'), kind: 'user' }));
    expect((await store.documentByLookup('user', 'l'))?.id).toEqual(id('d4'));
  },

  'document.update: refused where the revision is another, the kind is, or there is no such document': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument());
    const next = someDocument({ revision: 2, data: 'next' });
    for (const change of [
      update(next, 2),
      update({ ...next, kind: 'user' }),
      update({ ...next, id: id('none'), name: 'none' }),
    ])
      expect(await tried(change)).toEqual({ ok: false, change: 0 });
    expect(await store.document('secret', id('doc'))).toEqual(someDocument());
    expect(await store.commit([[update(next)], [update(next)]])).toEqual([{ ok: true }, { ok: false, change: 0 }]);
    expect(await store.document('secret', id('doc'))).toEqual(next);
  },

  'document.update: refused where the name or the lookup is taken, with the id of who has it': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument({ lookup: 'l' }), insertDocument({ id: id('d2'), name: 'other', lookup: 'm' }));
    const next = someDocument({ id: id('d2'), revision: 2, name: 'other', lookup: 'm' });
    const refused = { ok: false, change: 0, id: id('doc') };
    expect(await tried(update({ ...next, name: 'token' }))).toEqual(refused);
    expect(await tried(update({ ...next, lookup: 'l' }))).toEqual(refused);
    expect((await store.document('secret', id('d2')))?.revision).toEqual(1);
  },

  'document.update: what is new is found, and what it had before is free': async ({ store, expect, done }) => {
    await done(insertDocument({ lookup: 'l' }));
    await done(update(someDocument({ revision: 2, owner: 'user:b', name: 'new', lookup: 'm' })));
    const found = await Promise.all([
      store.documentByName('secret', 'user:b', 'new'),
      store.documentByLookup('secret', 'm'),
      store.documentByName('secret', 'user:system', 'token'),
      store.documentByLookup('secret', 'l'),
    ]);
    expect(found.map((document) => document?.revision ?? null)).toEqual([2, 2, null, null]);
    await done(insertDocument({ id: id('d2'), lookup: 'l' }));
    await done(update(someDocument({ revision: 3, owner: 'user:b', name: 'new' })));
    await done(insertDocument({ id: id('d3'), name: '3', lookup: 'm' }));
  },

  'document.remove: refused where it is gone, of another kind or revision; what it had is free': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument({ lookup: 'l' }), insertDocument({ kind: 'user', id: id('u'), owner: '' }));
    for (const change of [remove('none'), remove('u'), remove('doc', { expectRevision: 2 })])
      expect(await tried(change)).toEqual({ ok: false, change: 0 });
    await done(remove('doc', { expectRevision: 1 }));
    expect(await store.document('secret', id('doc'))).toEqual(null);
    expect(await tried(remove())).toEqual({ ok: false, change: 0 });
    await done(insertDocument({ id: id('d2'), lookup: 'l' }));
    await done(remove('d2'), insertDocument({ id: id('d3'), lookup: 'l' }));
  },

  'document.expect: holds while there is such a document, and writes nothing': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument());
    await done(expects('secret'), expects('secret'));
    for (const change of [expects('user'), expects('secret', 'none')])
      expect(await tried(change)).toEqual({ ok: false, change: 0 });
    expect(await tried(remove(), expects('secret'))).toEqual({ ok: false, change: 1 });
    await done(insertDocument({ id: id('d2'), name: '2' }), expects('secret', 'd2'));
    expect(await store.document('secret', id('doc'))).toEqual(someDocument());
  },
};
