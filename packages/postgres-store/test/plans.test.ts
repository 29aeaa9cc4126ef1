import type { Host, Store, StoredDocument } from '@runyard/core';
import pg from 'pg';
import { expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertJob, insertRun, run } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

// A prepared statement keeps its plan, and a table that is small when it is made asks for one that reads it all.
const neverReadsAll = async (open: (schema: string) => (host: Host) => Store, end?: () => Promise<void>) => {
  const schema = postgres.schema();
  const ask = (text: string) => askPostgres(postgres.url(), text);
  const wholeReads = async () => {
    // A connection counts them up when it ends, before it is gone from the list.
    while ((await ask(`SELECT 1 FROM pg_stat_activity WHERE application_name = '${schema}'`)).length > 0);
    return ask(
      `SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = '${schema}' AND relname <> 'meta' ORDER BY 1`,
    );
  };
  const connection = { application_name: schema };
  const first = postgresStore({ connectionString: postgres.url(), connection, schema })(someHost());
  await first.open();
  await first.close();
  const before = await wholeReads(); // of making the indexes
  const store = open(schema)(someHost());
  await store.open();
  await store.commit([[insertJob('job', { jobId: id('job'), nextFireAt: 5, anchorAt: 0 })]]);
  for (let n = 0; n < 12; n++) {
    const one = run({ id: id(`r${n}`) });
    await store.commit([
      [
        { kind: 'job.expect', id: id('job') },
        { kind: 'run.insert', run: one },
      ],
    ]);
    await store.startable({ executor: 'process', now: 1e12, limit: 10 });
    await store.commit([
      [{ kind: 'run.write', run: { ...one, state: 'running', leaseEpoch: 1 }, expectEpoch: 0, expectState: 'queued' }],
    ]);
    await Promise.all([store.job(id('job')), store.run(one.id), store.due(9, 10), store.active([id('job')])]);
    await Promise.all([store.nextWakeAt(0), store.overdue(9, 10), store.unfinished(10), store.attempts(one.id)]);
    await store.commit([[insertRun({ id: id(`s${n}`), idempotencyKey: `${n}` })]]);
    await documentsOf(store, `d${n}`);
  }
  await store.close();
  await end?.();
  expect(await wholeReads()).toEqual(before);
  await postgres.drop(schema);
};

const documentsOf = async (store: Store, name: string): Promise<void> => {
  const group: StoredDocument = {
    ...{
      kind: 'group',
      id: id(name),
      owner: '',
      name,
      lookup: name,
      revision: 1,
      data: {},
      createdAt: 1,
      updatedAt: 1,
    },
  };
  const secret = { ...group, kind: 'secret', id: id(`s${name}`), owner: `group:${group.id}` } as const;
  const expects = { kind: 'document.expect', documentKind: 'group', id: group.id } as const;
  const gone = {
    documentKind: 'group',
    id: group.id,
    unlessOwner: { owner: secret.owner, kinds: ['secret'] },
  } as const;
  await store.commit([[{ kind: 'document.insert', document: group }]]);
  await store.commit([
    [expects, { kind: 'document.insert', document: secret }],
    [{ kind: 'document.remove', ...gone }],
  ]);
  await store.commit([[{ kind: 'document.update', document: { ...group, revision: 2 }, expectRevision: 1 }]]);
  await store.document('group', group.id);
  await store.documentByName('group', '', name);
  await store.documentByLookup('group', name);
  await store.documents({ kind: 'secret', owners: [secret.owner, 'user:a'], limit: 10 });
  await store.documents({ kind: 'member', name, limit: 10 });
  const subject = { kind: 'group', id: group.id, name };
  const by = { id: 'system', name: null };
  const entry = { id: id(name), at: 1, by, action: 'group.created', subject, owner: '', details: {} };
  await store.commit([[{ kind: 'audit.insert', entry }], [{ kind: 'audit.prune', before: 1, limit: 10 }]]);
  await store.audit({ owners: ['', 'user:a'], action: 'group', limit: 10 });
  await store.audit({ subject: group.id, descending: true, limit: 10 });
};

it('no statement of ours reads a whole table, however small it is', () =>
  neverReadsAll((schema) =>
    postgresStore({
      connectionString: postgres.url(),
      connection: { application_name: schema },
      schema,
      maxConnections: 1,
    }),
  ));

it('nor does one in a pool of the host', async () => {
  let pool: pg.Pool | undefined;
  await neverReadsAll(
    (schema) => {
      pool = new pg.Pool({ connectionString: postgres.url(), application_name: schema, max: 1 });
      return postgresStore({ pool, schema, listen: false });
    },
    async () => pool?.end(),
  );
});
