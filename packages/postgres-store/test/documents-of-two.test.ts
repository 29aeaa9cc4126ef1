import type { Change, CommitResult, Store, StoredDocument } from '@runyard/core';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertJob, job } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();
const rounds = 20;
const each = Array.from({ length: rounds }, (_, n) => n);

describe('documents of two stores on one database', () => {
  let schema: string;
  let a: Store;
  let b: Store;

  beforeEach(async () => {
    schema = postgres.schema();
    [a, b] = [open(schema), open(schema)];
    await Promise.all([a.open(), b.open()]);
  });
  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
    await postgres.drop(schema);
  });

  const race = async (wants: (by: 'a' | 'b', round: number) => Change[]): Promise<[CommitResult, CommitResult][]> => {
    const results: [CommitResult, CommitResult][] = [];
    for (const n of each) {
      const [[x], [y]] = await Promise.all([a.commit([wants('a', n)]), b.commit([wants('b', n)])]);
      results.push([x as CommitResult, y as CommitResult]);
    }
    return results;
  };

  it.each<[string, (by: string, n: number) => Partial<StoredDocument>]>([
    ['name', (by, n) => ({ name: `n${n}`, lookup: `${by}${n}` })],
    ['lookup', (by, n) => ({ name: `${by}${n}`, lookup: `l${n}` })],
  ])('of two that insert one %s at once one wins, and the other is told of it', async (_, given) => {
    const results = await race((by, n) => [insert({ id: id(`${by}${n}`), ...given(by, n) }), entry(`${by}${n}`)]);
    for (const [n, [x, y]] of results.entries()) {
      const winner = x.ok ? 'a' : 'b';
      expect(x.ok ? y : x).toEqual({ ok: false, change: 0, id: id(`${winner}${n}`) });
      expect(x.ok && y.ok).toBe(false);
    }
    const left = await Promise.all([a.documents({ kind: 'secret', limit: 1000 }), b.audit({ limit: 1000 })]);
    expect(left.map(({ items }) => items.length)).toEqual([rounds, rounds]);
  });

  it('of two that take one name by an edit at once one wins, and the other is told of it', async () => {
    await a.commit(each.map((n) => ['a', 'b'].map((by) => insert({ id: id(`${by}${n}`), name: `${by}${n}` }))));
    const results = await race((by, n) => [
      {
        kind: 'document.update',
        document: document({ id: id(`${by}${n}`), name: `n${n}`, revision: 2 }),
        expectRevision: 1,
      },
    ]);
    for (const [n, [x, y]] of results.entries()) {
      expect(x.ok && y.ok).toBe(false);
      expect(x.ok ? y : x).toEqual({ ok: false, change: 0, id: id(`${x.ok ? 'a' : 'b'}${n}`) });
    }
  });

  it('of two that each edit what the other removes one does', async () => {
    await a.commit([each.flatMap((n) => ['a', 'b'].map((by) => insert({ id: id(`${by}${n}`), name: `${by}${n}` })))]);
    const edit = (name: string): Change => ({
      kind: 'document.update',
      document: document({ id: id(name), name, revision: 2 }),
      expectRevision: 1,
    });
    const drop = (name: string): Change => ({ kind: 'document.remove', documentKind: 'secret', id: id(name) });
    const results = await race((by, n) =>
      by === 'a' ? [edit(`a${n}`), drop(`b${n}`)] : [edit(`b${n}`), drop(`a${n}`)],
    );
    expect(results.map(([x, y]) => Number(x.ok) + Number(y.ok))).toEqual(Array(rounds).fill(1));
  });

  it('of two edits of one revision one is made', async () => {
    await a.commit([[insert({})]]);
    const results = await race((by, n) => [
      { kind: 'document.update', document: document({ revision: n + 2, data: by }), expectRevision: n + 1 },
    ]);
    expect(results.map(([x, y]) => Number(x.ok) + Number(y.ok))).toEqual(Array(rounds).fill(1));
  });

  it.each<[string, (n: number) => Change]>([
    ['job', (n) => jobOf(n)],
    ['secret', (n) => insert({ id: id(`s${n}`), owner: ownerOf(n) })],
  ])('a group is never removed beside a %s that is made for it', async (_, made) => {
    await a.commit([each.map(group)]);
    const results = await race((by, n) => (by === 'a' ? [expects(n), made(n)] : [remove(n)]));
    expect(results.map(([x, y]) => Number(x.ok) + Number(y.ok))).toEqual(Array(rounds).fill(1));
    for (const n of each) {
      const [there, owned] = await Promise.all([
        b.document('group', id(`g${n}`)),
        Promise.all([b.job(id(`j${n}`)), b.document('secret', id(`s${n}`))]),
      ]);
      expect(there !== null).toBe(owned.some((one) => one !== null));
    }
  });

  // Whichever comes first: the other waits for it, and then sees what it did.
  it('the removal of a group waits for who is just giving it a job, and is refused', async () => {
    await a.commit([[group(0)]]);
    const [refused] = await meanwhile(
      `SELECT 1 FROM "${schema}".documents WHERE id = '${id('g0')}' FOR KEY SHARE`,
      () => a.commit([[remove(0)]]),
      () => b.commit([[expects(0), jobOf(0)]]),
    );
    expect(refused).toEqual({ ok: false, change: 0, id: id('j0') });
  });

  it('who gives a job to a group waits for who is just removing that, and is refused', async () => {
    await a.commit([[group(0)]]);
    const [refused] = await meanwhile(`DELETE FROM "${schema}".documents WHERE id = '${id('g0')}'`, () =>
      a.commit([[expects(0), jobOf(0)]]),
    );
    expect(refused).toEqual({ ok: false, change: 0 });
    expect(await a.job(id('j0'))).toBeNull();
  });

  it('a job that moves to a group at once with its removal is seen, whoever else looks at it in that transaction', async () => {
    await a.commit([[...each.map(group), ...each.map((n) => insertJob(`j${n}`))]]);
    const results = await race((by, n) => {
      const moved = job(`j${n}`);
      const edit = { ...moved, revision: 2, spec: { ...moved.spec, owner: ownerOf(n) } };
      return by === 'a'
        ? [expects(n), { kind: 'job.update', job: edit, expectRevision: 1 }]
        : [{ kind: 'job.expect', id: id(`j${n}`) }, remove(n)];
    });
    expect(results.map(([x, y]) => Number(x.ok) + Number(y.ok))).toEqual(Array(rounds).fill(1));
  });

  it('of the trail, what another is just taking away is left to it, and waited for by nobody', async () => {
    await a.commit([Array.from({ length: 30 }, (_, n) => entry(`e${n}`))]);
    const other = new pg.Client({ connectionString: postgres.url() });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`DELETE FROM "${schema}".audit WHERE seq <= 10`);
    expect(await a.commit([[{ kind: 'audit.prune', before: 1e12, limit: 10 }]])).toEqual([{ ok: true }]);
    await other.query('ROLLBACK');
    await other.end();
    const left = (await b.audit({ limit: 1000 })).items.map((one) => one.id);
    expect(left).toEqual(each.map((n) => id(`e${n < 10 ? n : n + 10}`)));
  });

  // Holds a lock until the store waits for it; what comes `first` is done in between.
  const meanwhile = async (
    held: string,
    waits: () => Promise<CommitResult[]>,
    first: () => Promise<CommitResult[]> = async () => [],
  ): Promise<CommitResult[]> => {
    const other = new pg.Client({ connectionString: postgres.url() });
    await other.connect();
    await other.query('BEGIN');
    await other.query(held);
    const result = waits();
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${schema}".documents%'`;
    while ((await askPostgres(postgres.url(), waiting)).length === 0);
    expect((await first()).every(({ ok }) => ok)).toBe(true);
    await other.query('COMMIT');
    await other.end();
    return result;
  };
});

const document = (given: Partial<StoredDocument>): StoredDocument => ({
  ...{ kind: 'secret', id: id('doc'), owner: 'user:a', name: 'token', lookup: null, revision: 1, data: {} },
  ...{ createdAt: 1, updatedAt: 1 },
  ...given,
});

const insert = (given: Partial<StoredDocument>): Change => ({ kind: 'document.insert', document: document(given) });

const entry = (name: string): Change => ({
  kind: 'audit.insert',
  entry: {
    ...{
      id: id(name),
      at: 1,
      by: { id: 'user:a', name: null },
      action: 'secret.created',
      owner: 'user:a',
      details: {},
    },
    subject: { kind: 'secret', id: id(name), name },
  },
});

const ownerOf = (n: number): string => `group:${id(`g${n}`)}`;
const group = (n: number): Change => insert({ kind: 'group', id: id(`g${n}`), owner: '', name: `g${n}` });
const expects = (n: number): Change => ({ kind: 'document.expect', documentKind: 'group', id: id(`g${n}`) });
const remove = (n: number): Change => ({
  kind: 'document.remove',
  documentKind: 'group',
  id: id(`g${n}`),
  unlessOwner: { owner: ownerOf(n), kinds: ['secret', 'webhook'] },
});
const jobOf = (n: number): Change => {
  const made = job(`j${n}`);
  return { kind: 'job.insert', job: { ...made, spec: { ...made.spec, owner: ownerOf(n) } }, cursor: null };
};

const open = (schema: string): Store => postgresStore({ connectionString: postgres.url(), schema })(someHost());
