import { expect, it } from 'vitest';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { httpHost } from './support/http-host.ts';

it('GET of a job tells at once what has changed, however often it was asked for before', async () => {
  await using host = await httpHost({}, { store: sqliteStore(), directory: true });
  const user = await host.runyard.users.create({ name: 'ada' });
  const { id } = await host.job({ owner: `user:${user.id}` });
  const now = async () => (await host.call('GET', `/api/jobs/${id}`)).json() as Promise<Record<string, unknown>>;
  const asked = async () => {
    await now();
    return now();
  };
  const job = await asked();
  expect(job).toMatchObject({ retries: 0, paused: false, status: 'stopped', owner: { name: 'ada' } });

  await host.call('PATCH', `/api/jobs/${id}`, { body: { retries: 3 } });
  expect(await asked()).toMatchObject({ retries: 3, backoff: { limit: 3 }, revision: Number(job.revision) + 1 });
  await host.runyard.jobs.pause(id);
  expect(await asked()).toMatchObject({ retries: 3, paused: true });
  await host.runyard.jobs.resume(id);
  expect(await asked()).toMatchObject({ paused: false });
  await host.runyard.users.update(user.id, { name: 'lovelace' });
  expect(await asked()).toMatchObject({ owner: { name: 'lovelace' } });

  const run = await host.runyard.jobs.start(id);
  expect(await asked()).toMatchObject({ active_runs: 1 });
  await host.runyard.runs.cancel(run.id);
  await host.runyard.runs.wait(run.id);
  expect(await asked()).toMatchObject({ active_runs: 0, status: 'stopped' });
  await host.call('DELETE', `/api/jobs/${id}`);
  expect((await host.call('GET', `/api/jobs/${id}`)).status).toBe(404);
});
