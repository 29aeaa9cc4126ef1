import type { Change } from '../../ports/store.ts';
import type { Rules } from './bench.ts';
import { id, insertDocument, insertEntry, someDocument } from './records.ts';

const update = (revision: number, given: Parameters<typeof someDocument>[0]): Change => ({
  kind: 'document.update',
  document: someDocument({ ...given, revision }),
  expectRevision: revision - 1,
});
const remove = (name: string): Change => ({ kind: 'document.remove', documentKind: 'secret', id: id(name) });

export const documentRules: Rules = {
  'a document is kept to the letter, as inserted and as updated, and found by id, name and lookup': async ({
    store,
    expect,
    done,
  }) => {
    const first = someDocument({ kind: 'token', lookup: 'sha256:ab', createdAt: 3 });
    await done({ kind: 'document.insert', document: first });
    const found = () =>
      Promise.all([
        store.document('token', first.id),
        store.documentByName('token', 'user:system', 'token'),
        store.documentByLookup('token', 'sha256:ab'),
      ]);
    expect(await found()).toEqual([first, first, first]);
    const second = { ...first, revision: 2, data: { other: ['x'] }, updatedAt: 9 };
    await done(update(2, second));
    expect(await found()).toEqual([second, second, second]);
  },

  'documents by ids: of whatever kind, each once, and only those that are there': async ({ store, expect, done }) => {
    await done(
      insertDocument({ id: id('a'), kind: 'user', owner: '', name: 'ann', lookup: 'ann' }),
      insertDocument({ id: id('b'), kind: 'group', owner: '', name: 'lab' }),
      insertDocument({ id: id('c'), kind: 'secret', name: 'c' }),
    );
    const found = async (names: string[]) =>
      (await store.documentsById(names.map(id))).map(({ kind, name }) => `${kind} ${name}`).sort();
    expect(await found(['b', 'none', 'a', 'b'])).toEqual(['group lab', 'user ann']);
    expect(await found(['c'])).toEqual(['secret c']);
    expect(await found([])).toEqual([]);
    expect(await found(Array.from({ length: 1000 }, (_, n) => `n${n}`).concat('a'))).toEqual(['user ann']);
  },

  'a document is not found as another kind, nor with what is another’s, or nobody’s': async ({
    store,
    expect,
    done,
  }) => {
    await done(insertDocument({ lookup: 'l' }));
    expect(
      await Promise.all([
        store.document('user', id('doc')),
        store.document('secret', id('none')),
        store.documentByName('user', 'user:system', 'token'),
        store.documentByName('secret', 'user:b', 'token'),
        store.documentByName('secret', 'user:system', 'token2'),
        store.documentByLookup('user', 'l'),
        store.documentByLookup('secret', ''),
      ]),
    ).toEqual(Array(7).fill(null));
  },

  'names and lookups are compared as they are': async ({ store, expect, done }) => {
    const names = ['token', 'Token', 'token ', 'straße', 'strasse', 'e\u0301', '\u00e9', 'a%', 'a_', "a'b", '🎉'];
    await done(...names.map((name, n) => insertDocument({ id: id(`${n}`), name, lookup: name })));
    const found = await Promise.all(
      names.flatMap((name) => [
        store.documentByName('secret', 'user:system', name),
        store.documentByLookup('secret', name),
      ]),
    );
    expect(found.map((document) => document?.name)).toEqual(names.flatMap((name) => [name, name]));
  },

  'a text that holds NUL is stored, as it is or with U+FFFD in its place, and nothing is refused for it': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    const text = 'a\0b \ud83d';
    await done(
      insertDocument({ name: text, lookup: text, data: { text } }),
      insertEntry({ action: text, by: { id: text, name: text }, details: { text } }),
    );
    const found = await store.documentByName('secret', 'user:system', text);
    expect([found?.name.replace('\0', '\uFFFD').slice(0, 4), found?.data]).toEqual(['a\uFFFDb ', { text }]);
    expect((await store.documentByLookup('secret', text))?.id).toEqual(id('doc'));
    for (const taken of [{ name: text }, { lookup: text }])
      expect(await tried(insertDocument({ id: id('d2'), ...taken }))).toEqual({ ok: false, change: 0, id: id('doc') });
    expect((await store.audit({ limit: 1 })).items[0]?.details).toEqual({ text });
  },

  'a batch whose guard does not hold leaves no document and no entry behind': async ({
    store,
    expect,
    done,
    tried,
  }) => {
    await done(insertDocument({ lookup: 'l' }), insertDocument({ id: id('d2'), name: '2' }), insertEntry());
    const all = () =>
      Promise.all([
        store.documents({ kind: 'secret', limit: 10 }),
        store.audit({ limit: 10 }),
        ...['l', 'm'].map((lookup) => store.documentByLookup('secret', lookup)),
        ...['token', '2', '3', 'new'].map((name) => store.documentByName('secret', 'user:system', name)),
      ]);
    const before = await all();
    const result = await tried(
      insertEntry({ id: id('e2') }),
      update(2, { name: 'new', lookup: 'm' }),
      insertDocument({ id: id('d3'), name: '3', lookup: 'l' }),
      remove('d2'),
      remove('doc'),
      { kind: 'audit.prune', before: 1e12, limit: 10 },
      { kind: 'document.expect', documentKind: 'secret', id: id('doc') },
    );
    expect(result).toEqual({ ok: false, change: 6 });
    expect(await all()).toEqual(before);
    await done(insertDocument({ id: id('d3'), name: '3', lookup: 'm' }), insertEntry({ id: id('e2') }));
    await done(remove('d2'), remove('doc'));
  },

  'documents and entries are copied both ways': async ({ store, expect }) => {
    const document = someDocument({ data: { deep: { list: [1] } } });
    const [insert, insertAudit] = [{ kind: 'document.insert', document } as const, insertEntry()];
    const committed = store.commit([[insert, insertAudit]]);
    (document.data as { deep: { list: number[] } }).deep.list.push(2);
    if (insertAudit.kind === 'audit.insert') insertAudit.entry.subject.name = 'changed';
    await committed;
    const read = await store.document('secret', document.id);
    const [entry] = (await store.audit({ limit: 1 })).items;
    expect([read?.data, entry?.subject.name]).toEqual([{ deep: { list: [1] } }, 'token']);
    (read?.data as { deep: object }).deep = {};
    if (entry) entry.subject.name = 'changed';
    expect((await store.documentByName('secret', 'user:system', 'token'))?.data).toEqual({ deep: { list: [1] } });
    expect((await store.audit({ limit: 1 })).items[0]?.subject.name).toEqual('token');
  },

  'data of 256 KiB is kept whole': async ({ store, expect, done }) => {
    const data = { text: 'ä"\\\n'.repeat(2 ** 15), end: true };
    await done(insertDocument({ data }));
    expect((await store.document('secret', id('doc')))?.data).toEqual(data);
    expect((await store.documents({ kind: 'secret', limit: 1 })).items[0]?.data).toEqual(data);
  },
};
