import { expect, it } from 'vitest';
import { usePostgres } from '../../../test/postgres/use-postgres.ts';
import { postgresStore } from '../src/index.ts';
import { postgresLogStore } from '../src/log-store/postgres-log-store.ts';
import { id, insertJob, insertRun } from './records.ts';
import { someHost } from './some-host.ts';

const postgres = usePostgres();
const { signal } = new AbortController();

it('a log that a late writer made anew behind its removal is removed at the second look, and no log of a run', async () => {
  const schema = postgres.schema();
  const store = postgresStore({ connectionString: postgres.url(), schema, listen: false })(someHost());
  const logs = store.logs?.();
  await store.open();
  await store.commit([[insertJob('job'), insertRun({ id: id('kept') })]]);
  const [kept, gone] = [`${id('kept')}.1`, `${id('gone')}.1`];
  for (const key of [kept, gone]) {
    const writer = await logs?.writer(key, { capBytes: 1e6, epoch: 1 });
    await writer?.append([{ at: 1, stream: 'stdout', text: 'late\n' }]);
    await writer?.seal();
    await writer?.close();
  }
  await logs?.prune?.(signal);
  expect(await logs?.sealed(gone)).toBe(true);
  await logs?.prune?.(signal);
  expect(await logs?.sealed(gone)).toBe(false);
  expect(await logs?.sealed(kept)).toBe(true);
  await logs?.close?.();
  await store.close();
  await postgres.drop(schema);
});

it('a log store of which nobody says that the runs are beside it removes none by itself', async () => {
  const schema = postgres.schema();
  const logs = postgresLogStore({ connectionString: postgres.url(), schema, listen: false })(someHost());
  expect(logs.prune).toBeUndefined();
  await logs.close?.();
});
