import { isRunyardError } from '../../domain/errors.ts';
import type { Rules } from './bench.ts';
import { ids, numbers, pagesBothWays } from './pages.ts';
import { id, insertJob, insertRun, someRun } from './records.ts';

export const listRules: Rules = {
  'pages follow each other in both directions and both orders, whole and without overlap': async (bench) => {
    await bench.done(...numbers(7).map((n) => insertRun({ id: id(`r${n}`) })));
    const wanted = numbers(7).map((n) => id(`r${n}`));
    await pagesBothWays(bench, (query) => bench.store.runs(query), wanted);
  },

  'pages stay as they are while records are inserted': async ({ store, expect, done }) => {
    await done(...numbers(4).map((n) => insertRun({ id: id(`r${n}`) })));
    const first = await store.runs({ limit: 2, descending: true });
    await done(insertRun({ id: id('new') }));
    const second = await store.runs({ limit: 2, descending: true, after: first.next as string });
    expect([ids(first), ids(second)]).toEqual([
      [id('r3'), id('r2')],
      [id('r1'), id('r0')],
    ]);
    const newer = await store.runs({ limit: 2, descending: true, before: second.previous as string });
    expect(ids(newer)).toEqual([id('r3'), id('r2')]);
    expect(ids(await store.runs({ limit: 2, descending: true, before: newer.previous as string }))).toEqual([
      id('new'),
    ]);
  },

  'a full last page has no next': async ({ store, expect, done }) => {
    await done(insertRun({ id: id('a') }), insertRun({ id: id('b') }));
    expect(await store.runs({ limit: 2 })).toEqual({ items: [someRun({ id: id('a') }), someRun({ id: id('b') })] });
  },

  'a key that no list gave is refused': async ({ store, expect }) => {
    const error = await store.runs({ limit: 1, after: "1' OR 1" }).catch((cause: unknown) => cause);
    expect(isRunyardError(error) && [error.code, error.field]).toEqual(['invalid-request', 'after']);
  },

  'runs: by job, owner, state, trigger and idempotency key, each and together': async ({ store, expect, done }) => {
    await done(insertJob(), insertJob({ id: id('j2'), spec: { name: 'weekly', owner: 'group:ops' } }));
    await done(
      insertRun({ id: id('a'), trigger: 'schedule' }),
      insertRun({ id: id('b'), state: 'failed', idempotencyKey: 'k' }),
      insertRun({ id: id('c'), jobId: id('j2'), state: 'succeeded', trigger: 'manual' }),
      insertRun({ id: id('d'), jobId: id('j2'), state: 'failed', idempotencyKey: 'k' }),
    );
    const list = async (query: Omit<Parameters<typeof store.runs>[0], 'limit'>) =>
      ids(await store.runs({ limit: 10, ...query }));
    expect(await list({})).toEqual(['a', 'b', 'c', 'd'].map(id));
    expect(await list({ jobId: id('j2') })).toEqual(['c', 'd'].map(id));
    expect(await list({ owners: ['group:ops', 'user:x'] })).toEqual(['c', 'd'].map(id));
    expect(await list({ owners: [] })).toEqual([]);
    expect(await list({ states: ['queued', 'failed'] })).toEqual(['a', 'b', 'd'].map(id));
    expect(await list({ states: ['failed'] })).toEqual(['b', 'd'].map(id));
    expect(await list({ trigger: 'manual' })).toEqual([id('c')]);
    expect(await list({ idempotencyKey: 'k' })).toEqual(['b', 'd'].map(id));
    expect(await list({ jobId: id('job'), idempotencyKey: 'k', states: ['failed'], owners: ['user:system'] })).toEqual([
      id('b'),
    ]);
  },

  'jobs: by owner, part of the name in any case, tags and whether applied': async ({ store, expect, done }) => {
    const job = (name: string, owner: string, tags: Record<string, string>, applied: boolean) =>
      insertJob({ id: id(name), applied, spec: { name: `${name}-Ärger_100%`, owner, tags } });
    await done(job('a', 'user:a', { team: 'x', tier: '1' }, true), job('b', 'user:b', { team: 'x' }, false));
    await done(job('c', 'group:c', { team: 'y' }, true));
    const list = async (query: Omit<Parameters<typeof store.jobs>[0], 'limit'>) =>
      ids(await store.jobs({ limit: 10, ...query }));
    expect(await list({})).toEqual(['a', 'b', 'c'].map(id));
    expect(await list({ descending: true })).toEqual(['c', 'b', 'a'].map(id));
    expect(await list({ owners: ['user:a', 'group:c'] })).toEqual(['a', 'c'].map(id));
    expect(await list({ name: 'B-äRG' })).toEqual([id('b')]);
    expect(await list({ name: '_100%' })).toEqual(['a', 'b', 'c'].map(id));
    expect(await list({ name: '1%0' })).toEqual([]);
    expect(await list({ tags: { team: 'x' } })).toEqual(['a', 'b'].map(id));
    expect(await list({ tags: { team: 'x', tier: '1' } })).toEqual([id('a')]);
    expect(await list({ tags: { tier: 'x' } })).toEqual([]);
    expect(await list({ applied: false })).toEqual([id('b')]);
    expect(await list({ applied: true, owners: ['user:a'] })).toEqual([id('a')]);
  },
};
