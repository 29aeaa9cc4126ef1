import type { Change, Page, Run, RunQuery, RunState, Store, Trigger } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPostgres } from '../../../test/postgres/ask-postgres.ts';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { id, insertRun, job, run } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();

let schema: string;
let store: Store;
const open = async (): Promise<void> => {
  const connection = { application_name: schema };
  store = postgresStore({ connectionString: postgres.url(), connection, schema, listen: false })(someHost());
  await store.open();
};
beforeEach(async () => {
  schema = postgres.schema();
  await open();
});
afterEach(async () => {
  await store.close();
  await postgres.drop(schema);
});

const owners = ['user:rare', 'user:some', 'user:most'];
const jobs = (): Change[] =>
  owners.map((owner, n) => {
    const made = job(`j${n}`);
    return { kind: 'job.insert', job: { ...made, spec: { ...made.spec, owner } }, cursor: null };
  });

it('a list has what its query says, whole and in order, whichever way it is gathered', async () => {
  const states: RunState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'];
  const triggers: Trigger[] = ['schedule', 'api', 'manual'];
  const runs = Array.from({ length: 90 }, (_, n) =>
    run({
      id: id(`r${n}`),
      jobId: id(`j${(n * 7) % 3}`),
      state: states[(n * 5 + Math.floor(n / 6)) % 6] as RunState,
      trigger: triggers[Math.floor(n / 4) % 3] as Trigger,
    }),
  );
  await store.commit([[...jobs(), ...runs.map(insertRun)]]);
  const every = <T>(values: readonly T[]): (T | undefined)[] => [undefined, ...values];
  const mixes: RunState[][] = [
    ['failed'],
    ['running', 'failed'],
    ['queued', 'running'],
    ['skipped', 'cancelled'],
    ['succeeded', 'failed'],
    [],
  ];
  for (const wanted of every(mixes))
    for (const owned of every([['user:rare'], ['user:rare', 'user:most'], []]))
      for (const trigger of every(triggers))
        for (const jobId of every([id('j1')])) {
          const query = {
            ...(wanted && { states: wanted }),
            ...(owned && { owners: owned }),
            ...(trigger && { trigger }),
            ...(jobId && { jobId }),
          };
          const listed = runs
            .filter(
              (run) =>
                (!wanted || wanted.includes(run.state)) &&
                (!owned || owned.includes(owners[Number(['j0', 'j1', 'j2'].map(id).indexOf(run.jobId))] as string)) &&
                (!trigger || run.trigger === trigger) &&
                (!jobId || run.jobId === jobId),
            )
            .map((run) => run.id);
          expect({ query, ids: await walk(query, false) }).toEqual({ query, ids: listed });
          expect({ query, ids: await walk(query, true) }).toEqual({ query, ids: [...listed].reverse() });
        }
});

// To the end, and from there back.
const walk = async (query: Omit<RunQuery, 'limit'>, descending: boolean): Promise<string[]> => {
  const page = (more: Partial<RunQuery>): Promise<Page<Run>> =>
    store.runs({ ...query, limit: 20, descending, ...more });
  const there: string[] = [];
  let last = await page({});
  there.push(...last.items.map((run) => run.id));
  while (last.next !== undefined) {
    last = await page({ after: last.next });
    there.push(...last.items.map((run) => run.id));
  }
  let back = last.items.map((run) => run.id);
  while (last.previous !== undefined) {
    last = await page({ before: last.previous });
    back = [...last.items.map((run) => run.id), ...back];
  }
  expect(back).toEqual(there);
  return there;
};

describe('among many runs', () => {
  const many = 30_000;
  const lists: Record<string, Omit<RunQuery, 'limit'>> = {
    'failed and running': { states: ['failed', 'running'] },
    'of an owner with few': { owners: ['user:rare'] },
    'of an owner with none': { owners: ['user:nobody'] },
    'of an owner with few, failed and running': { owners: ['user:rare'], states: ['failed', 'running'] },
    'started by hand': { trigger: 'manual' },
    'started by hand, of an owner': { trigger: 'manual', owners: ['user:most'] },
  };

  it.each(Object.keys(lists))('a list of what is rare does not read all that ever ran: %s', async (name) => {
    await store.commit([jobs()]);
    await ask(`INSERT INTO "${schema}".runs (id, job_id, revision, state, trigger_kind, requested_by, priority, policy, executor,
        size, created_at, not_before, attempt, failures, infrastructure_failures, lease_epoch)
      SELECT md5(n::text), CASE WHEN n < 9 THEN '${id('j0')}' ELSE '${id('j2')}' END, 1,
        CASE WHEN n = 700 THEN 'failed' WHEN n = 800 THEN 'running' ELSE 'succeeded' END,
        CASE WHEN n = 900 THEN 'manual' ELSE 'schedule' END,
        'x', 0, 'Allow', 'process', 'small', n, n, 1, 0, 0, 1 FROM generate_series(1, ${many}) n`);
    await ask(`VACUUM ANALYZE "${schema}".runs`);
    const before = await rowsRead();
    await open();
    for (let n = 0; n < 8; n++) await store.runs({ limit: 20, descending: true, ...lists[name] });
    expect((await rowsRead()) - before).toBeLessThan((8 * many) / 5);
  });

  const ask = (text: string) => askPostgres(postgres.url(), text);
  // A connection counts them up when it ends, before it is gone from the list.
  const rowsRead = async (): Promise<number> => {
    await store.close();
    while ((await ask(`SELECT 1 FROM pg_stat_activity WHERE application_name = '${schema}'`)).length > 0);
    const [[read] = []] = await ask(`SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
      WHERE schemaname = '${schema}' AND relname = 'runs'`);
    return Number(read);
  };
});
