import type { Notification } from '@runyard/core';
import { expect, it } from 'vitest';
import { ended, useHosts } from './two-hosts.ts';

const hosts = useHosts();

it('of runs that succeed at two hosts at once after failures at both, one is told as the recovery', async () => {
  const told: Notification[] = [];
  const notify = async (notification: Notification): Promise<void> => void told.push(notification);
  const events = () => told.map(({ event }) => event).toSorted();
  const [a, b] = await hosts.startTwo({ notify });
  const { id } = await a.jobs.create({ name: 'nightly', executor: 'function', command: ['fail'] });
  await Promise.all([a, b, a, b].map((host) => ended(host, id)));
  await expect.poll(events).toEqual(Array(4).fill('run.last-failure'));
  await a.jobs.update(id, { command: ['hold'] });
  const runs = await Promise.all([a, b, a, b, a, b, a, b].map((host) => host.jobs.start(id)));
  await expect.poll(() => hosts.shown.length, { timeout: 5000 }).toBe(8);
  hosts.release();
  const all = await Promise.all(runs.map((run) => a.runs.wait(run.id)));
  expect(all.map(({ state }) => state)).toEqual(Array(8).fill('succeeded'));
  expect(await hosts.ask("SELECT count(*)::int FROM documents WHERE kind = 'failing'")).toEqual([[0]]);
  // In the transaction of each end, so that there is no other to come.
  const recoveries = `
    SELECT count(*)::int FROM documents
    WHERE kind = 'delivery' AND data::json ->> 'event' = 'run.recovered'`;
  expect(await hosts.ask(recoveries)).toEqual([[1]]);
});
